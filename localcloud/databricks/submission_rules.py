"""Which submitted runs this workspace accepts.

A run has one notebook task on a new cluster. All else that the API knows is refused by name
rather than ignored, unless it could not change what the run does.
"""

from __future__ import annotations

from databricks.sdk.service.jobs import JobsAPI

from localcloud.databricks.errors import does_not_exist, invalid, not_supported
from localcloud.databricks.instance_pools import InstancePools
from localcloud.databricks.runtimes import check_node_type, check_runs_here, find_runtime
from localcloud.databricks.submission import Submission
from localcloud.databricks.wire import check_body
from localcloud.store import JsonObject

_UNSUPPORTED_IN_RUN = frozenset({"git_source", "environments", "environment_variables"})
_UNSUPPORTED_IN_TASK = frozenset(
    {"libraries", "max_retries", "depends_on", "environment_key", "for_each_task"}
)
_UNSUPPORTED_IN_CLUSTER = frozenset(
    {"init_scripts", "docker_image", "cluster_log_conf", "policy_id", "workload_type"}
)


def check_submission(request: JsonObject, pools: InstancePools) -> Submission:
    """Accept a body of ``runs/submit``, or refuse it with the key that is wrong."""
    request = check_body(JobsAPI.submit, request)
    _refuse(request, _UNSUPPORTED_IN_RUN, "")
    tasks = request.get("tasks") or []
    if not tasks:
        raise invalid("Missing required field: tasks")
    if len(tasks) > 1:
        raise not_supported(f"runs of several tasks; this one has {len(tasks)}")
    _check_task(tasks[0], pools)
    return Submission(request)


def _check_task(task: JsonObject, pools: InstancePools) -> None:
    _refuse(task, _UNSUPPORTED_IN_TASK, "tasks[0].")
    others = [name for name in task if name.endswith("_task") and name != "notebook_task"]
    if others:
        raise not_supported(f"tasks[0].{others[0]}; it runs notebook_task")
    if "notebook_task" not in task:
        raise invalid("Missing required field: tasks[0].notebook_task")
    notebook = task["notebook_task"]
    if notebook.get("source") == "GIT" or notebook.get("warehouse_id"):
        raise not_supported("notebooks from git or on SQL warehouses")
    cluster_id = task.get("existing_cluster_id")
    if cluster_id:
        raise does_not_exist(f"Cluster {cluster_id} does not exist")
    if not task.get("new_cluster"):
        raise invalid("One of new_cluster and existing_cluster_id must be given: tasks[0]")
    _check_cluster(task["new_cluster"], pools)


def _check_cluster(cluster: JsonObject, pools: InstancePools) -> None:
    _refuse(cluster, _UNSUPPORTED_IN_CLUSTER, "tasks[0].new_cluster.")
    if not cluster.get("spark_version"):
        raise invalid("Missing required field: tasks[0].new_cluster.spark_version")
    check_runs_here(find_runtime(cluster["spark_version"]))
    pool_id, node_type = cluster.get("instance_pool_id"), cluster.get("node_type_id")
    if pool_id and node_type:
        raise invalid(
            "The field 'node_type_id' cannot be supplied when an instance pool ID is provided."
        )
    if pool_id:
        pools.get(pool_id)
    elif node_type:
        check_node_type(node_type)
    else:
        raise invalid("Missing required field: tasks[0].new_cluster.node_type_id")
    _check_size(cluster)


def _check_size(cluster: JsonObject) -> None:
    autoscale, workers = cluster.get("autoscale"), cluster.get("num_workers")
    if (autoscale is None) == (workers is None):
        raise invalid(
            "Exactly one of num_workers and autoscale must be given: tasks[0].new_cluster"
        )
    if workers is not None and workers < 0:
        raise invalid(f"num_workers must not be negative, got {workers}")
    if autoscale is not None:
        low, high = autoscale.get("min_workers"), autoscale.get("max_workers")
        if low is None or high is None or not 0 <= low <= high:
            raise invalid(f"autoscale needs 0 <= min_workers <= max_workers, got {low} and {high}")


def _refuse(part: JsonObject, names: frozenset[str], where: str) -> None:
    for name in names:
        if part.get(name):
            raise not_supported(where + name)
