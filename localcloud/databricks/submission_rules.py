"""Which submitted runs this workspace accepts.

A run has one notebook task, on a new cluster or on one that stands by itself. All else that the API
knows is refused by name rather than ignored, unless it could not change what the run does.
"""

from __future__ import annotations

from databricks.sdk.service.jobs import JobsAPI

from localcloud.databricks.cluster_rules import check_cluster, refuse
from localcloud.databricks.clusters import Clusters
from localcloud.databricks.errors import does_not_exist, invalid, not_supported
from localcloud.databricks.identity import USER_NAME
from localcloud.databricks.instance_pools import InstancePools
from localcloud.databricks.submission import Submission
from localcloud.databricks.wire import check_body
from localcloud.errors import CloudError
from localcloud.store import JsonObject

_UNSUPPORTED_IN_RUN = frozenset({"git_source", "environments", "environment_variables"})
_UNSUPPORTED_IN_TASK = frozenset(
    {"libraries", "max_retries", "depends_on", "environment_key", "for_each_task"}
)


def check_submission(request: JsonObject, pools: InstancePools, clusters: Clusters) -> Submission:
    """Accept a body of ``runs/submit``, or refuse it with the key that is wrong."""
    request = check_body(JobsAPI.submit, request)
    refuse(request, _UNSUPPORTED_IN_RUN, "")
    tasks = request.get("tasks") or []
    if not tasks:
        raise invalid("Missing required field: tasks")
    if len(tasks) > 1:
        raise not_supported(f"runs of several tasks; this one has {len(tasks)}")
    _check_task(tasks[0], pools)
    cluster_id = tasks[0].get("existing_cluster_id")
    return Submission(request, _existing(cluster_id, clusters) if cluster_id else None)


def _check_task(task: JsonObject, pools: InstancePools) -> None:
    refuse(task, _UNSUPPORTED_IN_TASK, "tasks[0].")
    others = [name for name in task if name.endswith("_task") and name != "notebook_task"]
    if others:
        raise not_supported(f"tasks[0].{others[0]}; it runs notebook_task")
    if "notebook_task" not in task:
        raise invalid("Missing required field: tasks[0].notebook_task")
    notebook = task["notebook_task"]
    if notebook.get("source") == "GIT" or notebook.get("warehouse_id"):
        raise not_supported("notebooks from git or on SQL warehouses")
    if bool(task.get("existing_cluster_id")) == bool(task.get("new_cluster")):
        raise invalid("One of new_cluster and existing_cluster_id must be given: tasks[0]")
    if "new_cluster" in task:
        check_cluster(task["new_cluster"], pools, "tasks[0].new_cluster.")


def _existing(cluster_id: str, clusters: Clusters) -> JsonObject:
    """The definition of a cluster that the caller may run on.

    assumed: that a single user's cluster is refused when the run is submitted, and these words.
    """
    try:
        cluster = clusters.definition(cluster_id)
    except CloudError:
        raise does_not_exist(f"Cluster {cluster_id} does not exist") from None
    user = cluster.get("single_user_name")
    if user and user != USER_NAME:
        raise CloudError(
            403,
            "PERMISSION_DENIED",
            f"Single-user check failed: user '{USER_NAME}' attempted to run a command on "
            f"single-user cluster {cluster_id}, but the single user of this cluster is '{user}'",
        )
    return cluster
