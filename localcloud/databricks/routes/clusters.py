"""``/api/2.0/clusters`` and ``/api/2.1/clusters``: clusters, and what they can be made of."""

from __future__ import annotations

from databricks.sdk.service.compute import ClustersAPI
from fastapi import APIRouter

from localcloud.databricks import runtimes
from localcloud.databricks.routes.dependencies import OpenWorkspace
from localcloud.databricks.wire import check_body
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


@router.post("/create")
def create(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk ClustersAPI.create); assumed: it runs at once."""
    return {"cluster_id": workspace.clusters.create(body)}


@router.post("/edit")
def edit(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk ClustersAPI.edit); assumed: the restart takes no time."""
    workspace.clusters.edit(body)
    return {}


@router.get("/get")
def get(cluster_id: str, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk ClusterDetails, and its mapping of the refusal)"""
    return workspace.get_cluster(cluster_id).as_dict()


@router.get("/list")
def list_clusters(workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk ListClustersResponse); one page, without filters."""
    return {"clusters": [cluster.as_dict() for cluster in workspace.list_clusters()]}


@router.post("/start")
def start(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk ClustersAPI.start); assumed: it runs at once."""
    cluster_id = check_body(ClustersAPI.start, body)["cluster_id"]
    workspace.get_cluster(cluster_id)
    workspace.clusters.start(cluster_id)
    return {}


@router.post("/delete")
def delete(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk ClustersAPI.delete): terminates, the definition stays."""
    workspace.terminate_cluster(check_body(ClustersAPI.delete, body)["cluster_id"])
    return {}


@router.post("/permanent-delete")
def permanent_delete(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk ClustersAPI.permanent_delete)"""
    workspace.forget_cluster(check_body(ClustersAPI.permanent_delete, body)["cluster_id"])
    return {}
