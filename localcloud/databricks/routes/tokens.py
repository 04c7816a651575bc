"""``/api/2.0/token``: personal access tokens."""

from __future__ import annotations

from databricks.sdk.service.settings import TokensAPI
from fastapi import APIRouter

from localcloud.databricks.errors import not_supported
from localcloud.databricks.routes.dependencies import OpenWorkspace
from localcloud.databricks.wire import check_body
from localcloud.store import JsonObject

router = APIRouter(prefix="/api/2.0/token")


@router.post("/create")
def create(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk TokensAPI.create); scopes are refused."""
    body = check_body(TokensAPI.create, body)
    if body.get("scopes") or body.get("autoscope_enabled"):
        raise not_supported("tokens with scopes")
    return workspace.access.create(
        comment=body.get("comment"), lifetime_seconds=body.get("lifetime_seconds")
    ).as_dict()


@router.get("/list")
def list_tokens(workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk ListPublicTokensResponse)"""
    return {"token_infos": [info.as_dict() for info in workspace.access.list()]}


@router.post("/delete")
def delete(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk TokensAPI.delete)"""
    body = check_body(TokensAPI.delete, body)
    workspace.access.revoke(body["token_id"])
    return {}
