"""``/api/2.0/clusters`` and ``/api/2.1/clusters``: what a cluster can be made of.

Clusters of their own are absent: a run brings its cluster.
"""

from __future__ import annotations

from fastapi import APIRouter

from localcloud.databricks import runtimes
from localcloud.store import JsonObject

router = APIRouter(prefix="/clusters")


@router.get("/spark-versions")
def spark_versions() -> JsonObject:
    """Fidelity: verified (databricks-sdk GetSparkVersionsResponse); long-term support only."""
    return {"versions": [version.as_dict() for version in runtimes.spark_versions()]}


@router.get("/list-node-types")
def list_node_types() -> JsonObject:
    """Fidelity: verified (databricks-sdk ListNodeTypesResponse); a few types only."""
    return {"node_types": [node_type.as_dict() for node_type in runtimes.node_types()]}
