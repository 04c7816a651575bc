"""Which clusters can be had here, of a run's own or standing by themselves."""

from __future__ import annotations

from localcloud.databricks.errors import invalid, not_supported
from localcloud.databricks.instance_pools import InstancePools
from localcloud.databricks.runtimes import check_node_type, check_runs_here, find_runtime
from localcloud.store import JsonObject

_UNSUPPORTED = frozenset(
    {"init_scripts", "docker_image", "cluster_log_conf", "policy_id", "workload_type"}
)


def check_cluster(cluster: JsonObject, pools: InstancePools, where: str) -> None:
    """Refuse what can't be had, or would be ignored.

    Args:
        where: goes before a key's name in messages: path of the cluster with a dot, or nothing.
    """
    refuse(cluster, _UNSUPPORTED, where)
    if not cluster.get("spark_version"):
        raise invalid(f"Missing required field: {where}spark_version")
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
        raise invalid(f"Missing required field: {where}node_type_id")
    _check_size(cluster, where.removesuffix(".") or "the cluster")


def refuse(part: JsonObject, names: frozenset[str], where: str) -> None:
    """Refuse each of these keys that has a value."""
    for name in names:
        if part.get(name):
            raise not_supported(where + name)


def _check_size(cluster: JsonObject, where: str) -> None:
    autoscale, workers = cluster.get("autoscale"), cluster.get("num_workers")
    if (autoscale is None) == (workers is None):
        raise invalid(f"Exactly one of num_workers and autoscale must be given: {where}")
    if workers is not None and workers < 0:
        raise invalid(f"num_workers must not be negative, got {workers}")
    if autoscale is not None:
        low, high = autoscale.get("min_workers"), autoscale.get("max_workers")
        if low is None or high is None or not 0 <= low <= high:
            raise invalid(f"autoscale needs 0 <= min_workers <= max_workers, got {low} and {high}")
