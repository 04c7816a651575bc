"""``/api/2.0/instance-pools``."""

from __future__ import annotations

from databricks.sdk.service.compute import InstancePoolsAPI
from fastapi import APIRouter

from localcloud.databricks.routes.dependencies import OpenWorkspace
from localcloud.databricks.wire import check_body
from localcloud.store import JsonObject

router = APIRouter(prefix="/api/2.0/instance-pools")


@router.post("/create")
def create(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk InstancePoolsAPI.create)"""
    return {"instance_pool_id": workspace.create_pool(body)}


@router.post("/edit")
def edit(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: assumed; what is left out stays as it was."""
    workspace.edit_pool(body)
    return {}


@router.get("/get")
def get(instance_pool_id: str, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk GetInstancePool); defaults assumed."""
    return workspace.get_pool(instance_pool_id).as_dict()


@router.get("/list")
def list_pools(workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk ListInstancePools)"""
    return {"instance_pools": [pool.as_dict() for pool in workspace.list_pools()]}


@router.post("/delete")
def delete(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk InstancePoolsAPI.delete)"""
    body = check_body(InstancePoolsAPI.delete, body)
    workspace.delete_pool(body["instance_pool_id"])
    return {}
