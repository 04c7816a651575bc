"""Everything behind one workspace's API, put together once."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from databricks.sdk.service.compute import (
    ClusterDetails,
    GetInstancePool,
    State,
    TerminationReasonCode,
)

from localcloud.cloud import Cloud
from localcloud.databricks import spark_settings
from localcloud.databricks.access import Access
from localcloud.databricks.clusters import Clusters
from localcloud.databricks.documents import Documents
from localcloud.databricks.identity import HOME_FOLDER
from localcloud.databricks.instance_pools import InstancePools
from localcloud.databricks.machines import Machines
from localcloud.databricks.run_execution import RunExecution
from localcloud.databricks.runs import RunRecord, Runs
from localcloud.databricks.runtimes import local_spark
from localcloud.databricks.secret_scopes import SecretScopes
from localcloud.databricks.spark_process import SparkLauncher
from localcloud.databricks.submission_rules import check_submission
from localcloud.databricks.workspace import Workspace
from localcloud.databricks.workspace_objects import WorkspaceObjects
from localcloud.store import JsonObject


@dataclass(frozen=True)
class Services:
    """The parts of one workspace that is open."""

    cloud: Cloud
    workspace: Workspace
    access: Access
    secrets: SecretScopes
    objects: WorkspaceObjects
    pools: InstancePools
    clusters: Clusters
    machines: Machines
    runs: Runs
    execution: RunExecution

    def create_pool(self, body: JsonObject) -> str:
        """Make a pool and begin to fill it."""
        pool_id = self.pools.create(body)
        self.machines.set_pool(self.pools.get(pool_id))
        return pool_id

    def edit_pool(self, body: JsonObject) -> None:
        """Change a pool and what waits in it."""
        self.machines.set_pool(self.pools.get(self.pools.edit(body)))

    def get_pool(self, pool_id: str) -> GetInstancePool:
        """A pool with what is going on in it."""
        return self.machines.describe(self.pools.get(pool_id))

    def list_pools(self) -> list[GetInstancePool]:
        """Every pool with what is going on in it."""
        return [self.machines.describe(pool) for pool in self.pools.list()]

    def delete_pool(self, pool_id: str) -> None:
        """Delete a pool and what waits in it."""
        self.pools.delete(pool_id)
        self.machines.remove_pool(pool_id)

    def get_cluster(self, cluster_id: str) -> ClusterDetails:
        """A cluster; one that was idle for too long is terminated."""
        runs = [run for run in self.runs.list() if run.cluster_id == cluster_id]
        if all(run.is_over for run in runs):
            last_used_ms = max((run.end_time for run in runs), default=0)
            self.clusters.terminate_if_idle(cluster_id, last_used_ms)
        return self.clusters.get(cluster_id)

    def list_clusters(self) -> list[ClusterDetails]:
        """Every cluster, likewise."""
        return [self.get_cluster(str(found.cluster_id)) for found in self.clusters.list()]

    def terminate_cluster(self, cluster_id: str) -> None:
        """Terminate a cluster and stop what runs on it."""
        self.clusters.terminate(cluster_id, TerminationReasonCode.USER_REQUEST)
        self.execution.lose_cluster(cluster_id)

    def forget_cluster(self, cluster_id: str) -> None:
        """Delete a cluster for good and stop what runs on it."""
        self.clusters.forget(cluster_id)
        self.execution.lose_cluster(cluster_id)

    def submit(self, body: JsonObject) -> int:
        """Check a run, write it down and begin with it; returns its id."""
        submission = check_submission(body, self.pools, self.clusters)
        message = f"Waiting for local Spark {local_spark()}"
        record, is_new = self.runs.create(submission, message)
        if is_new:
            self._wake(submission.task.get("existing_cluster_id"))
            tell_hosts(self.cloud)
            self.execution.start(record)
        return record.run_id

    def _wake(self, cluster_id: str | None) -> None:
        if cluster_id and self.get_cluster(cluster_id).state is State.TERMINATED:
            self.clusters.start(cluster_id)

    def page_url(self, record: RunRecord) -> str:
        """Address of a run's page. There is no page behind it; it names the run."""
        place = f"job/{record.job_id}/run/{record.run_id}"
        return f"{self.workspace.url}/?o={self.workspace.workspace_id}#{place}"

    def close(self) -> None:
        """Stop all runs and processes; the state stays."""
        self.execution.close()
        self.machines.close()


def open_services(cloud: Cloud, workspace: Workspace) -> Services:
    """Bring a workspace to life as the store remembers it, its pools warm again."""

    def documents(collection: str) -> Documents:
        return Documents(cloud.store, workspace.workspace_id, collection)

    scratch, logs = workspace.scratch(cloud.home), workspace.logs(cloud.home)
    shutil.rmtree(scratch, ignore_errors=True)  # left by a server that was killed
    tell_hosts(cloud)
    machines = Machines(SparkLauncher(cloud.home, cloud.listeners.certificates, scratch, logs))
    access = Access(documents("token"), cloud.tokens)
    objects = WorkspaceObjects(documents("object"), HOME_FOLDER)
    secrets = SecretScopes(documents("scope"), documents("secret"))
    pools = InstancePools(documents("pool"))
    clusters = Clusters(documents("cluster"), pools)
    runs = Runs(documents("run"))
    execution = RunExecution(
        runs=runs,
        objects=objects,
        machines=machines,
        access=access,
        secrets=secrets,
        logs=logs,
        url=workspace.url,
        authority=cloud.listeners.certificates.authority,
    )
    execution.fail_interrupted()
    for pool in pools.list():
        machines.set_pool(pool)
    return Services(
        cloud=cloud,
        workspace=workspace,
        access=access,
        secrets=secrets,
        objects=objects,
        pools=pools,
        clusters=clusters,
        machines=machines,
        runs=runs,
        execution=execution,
    )


def tell_hosts(cloud: Cloud) -> None:
    """Let every Spark process find the storage accounts that exist now."""
    accounts = [
        resource["name"]
        for _, resource in cloud.store.list("arm.resource")
        if resource["type"].lower() == "microsoft.storage/storageaccounts"
    ]
    spark_settings.write_hosts(cloud.home, accounts)
