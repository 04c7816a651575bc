"""What a client asks for when it submits a run. :mod:`.submission_rules` says what is accepted."""

from __future__ import annotations

from dataclasses import dataclass

from localcloud.databricks.runtimes import Runtime, find_runtime
from localcloud.store import JsonObject


@dataclass(frozen=True)
class Submission:
    """A checked request. ``tasks`` of the request holds exactly one."""

    request: JsonObject
    existing_cluster: JsonObject | None = None
    """Definition of the cluster that ``existing_cluster_id`` names, as it was then."""

    @property
    def task(self) -> JsonObject:
        """The request's only task."""
        task: JsonObject = self.request["tasks"][0]
        return task

    @property
    def cluster(self) -> JsonObject:
        """Definition of the cluster: the task's new one, or the one that is there."""
        cluster: JsonObject = self.existing_cluster or self.task["new_cluster"]
        return cluster

    @property
    def runtime(self) -> Runtime:
        """The cluster's runtime."""
        return find_runtime(self.cluster["spark_version"])

    @property
    def notebook_path(self) -> str:
        """The notebook that is to run."""
        return str(self.task["notebook_task"]["notebook_path"])

    @property
    def parameters(self) -> dict[str, str]:
        """The notebook's parameters."""
        return dict(self.task["notebook_task"].get("base_parameters") or {})

    @property
    def pool_id(self) -> str | None:
        """The instance pool that the cluster takes its machines from, if any."""
        return self.cluster.get("instance_pool_id")

    @property
    def machines(self) -> int:
        """Machines of the cluster at the start: a driver and its workers."""
        workers = self.cluster.get("num_workers")
        autoscale = self.cluster.get("autoscale") or {}
        return 1 + int(workers if workers is not None else autoscale["min_workers"])

    @property
    def spark_conf(self) -> dict[str, str]:
        """Spark settings that the cluster asks for."""
        return dict(self.cluster.get("spark_conf") or {})

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables that the cluster asks for."""
        return dict(self.cluster.get("spark_env_vars") or {})

    @property
    def timeout_seconds(self) -> int | None:
        """The shorter of the run's and the task's limit; None if there is none."""
        limits = (self.request.get("timeout_seconds"), self.task.get("timeout_seconds"))
        return min((limit for limit in limits if limit), default=None)
