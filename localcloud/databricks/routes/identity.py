"""Who a caller is, and what a client can find out about the host before it has a token."""

from __future__ import annotations

from fastapi import APIRouter

from localcloud.databricks import identity
from localcloud.databricks.routes.dependencies import OpenWorkspace
from localcloud.store import JsonObject

HOST_METADATA = "/.well-known/databricks-config"

router = APIRouter()


@router.get("/api/2.0/preview/scim/v2/Me")
def me() -> JsonObject:
    """Fidelity: verified (databricks-sdk CurrentUserAPI.me)"""
    return identity.me().as_dict()


@router.get(HOST_METADATA)
def host_metadata(workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk HostMetadata)"""
    return {
        "oidc_endpoint": f"{workspace.workspace.url}/oidc",
        "workspace_id": workspace.workspace.workspace_id,
        "cloud": "azure",
    }
