"""``/api/2.0/secrets``: scopes and secrets. Access lists are absent: there is one user."""

from __future__ import annotations

from databricks.sdk.service.workspace import ScopeBackendType, SecretsAPI
from fastapi import APIRouter

from localcloud.databricks.errors import not_supported
from localcloud.databricks.routes.dependencies import OpenWorkspace
from localcloud.databricks.wire import check_body
from localcloud.store import JsonObject

router = APIRouter(prefix="/api/2.0/secrets")


@router.post("/scopes/create")
def create_scope(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk SecretsAPI.create_scope); key vaults are refused."""
    body = check_body(SecretsAPI.create_scope, body)
    backend = body.get("scope_backend_type", ScopeBackendType.DATABRICKS.value)
    if backend != ScopeBackendType.DATABRICKS.value or "backend_azure_keyvault" in body:
        raise not_supported("secret scopes backed by a key vault")
    workspace.secrets.create(body["scope"])
    return {}


@router.post("/scopes/delete")
def delete_scope(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk SecretsAPI.delete_scope)"""
    body = check_body(SecretsAPI.delete_scope, body)
    workspace.secrets.delete(body["scope"])
    return {}


@router.get("/scopes/list")
def list_scopes(workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk ListScopesResponse)"""
    return {"scopes": [scope.as_dict() for scope in workspace.secrets.list_scopes()]}


@router.post("/put")
def put_secret(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk SecretsAPI.put_secret)"""
    body = check_body(SecretsAPI.put_secret, body)
    workspace.secrets.put(
        body["scope"],
        body["key"],
        text=body.get("string_value"),
        base64_bytes=body.get("bytes_value"),
    )
    return {}


@router.get("/get")
def get_secret(scope: str, key: str, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk GetSecretResponse)"""
    return workspace.secrets.get(scope, key).as_dict()


@router.post("/delete")
def delete_secret(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk SecretsAPI.delete_secret)"""
    body = check_body(SecretsAPI.delete_secret, body)
    workspace.secrets.delete_secret(body["scope"], body["key"])
    return {}


@router.get("/list")
def list_secrets(scope: str, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk ListSecretsResponse)"""
    return {"secrets": [secret.as_dict() for secret in workspace.secrets.list_secrets(scope)]}
