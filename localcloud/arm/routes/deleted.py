"""What is left of deleted key vaults and Log Analytics workspaces, as their services tell it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from localcloud.arm import registry, scopes
from localcloud.arm.engine import Engine
from localcloud.arm.providers import keyvault, operationalinsights
from localcloud.arm.soft_delete import Deleted
from localcloud.errors import CloudError
from localcloud.store import JsonObject
from localcloud.tokens import SUBSCRIPTION_ID


def check(request: Request, subscription: str) -> Engine:
    """The engine, once the request names an API version and the one subscription."""
    registry.require_api_version(request.query_params.get("api-version"))
    scopes.check_subscription(subscription)
    engine: Engine = request.app.state.engine
    return engine


Checked = Annotated[Any, Depends(check)]

router = APIRouter()

_ONE = "/subscriptions/{subscription}"
_VAULTS = _ONE + "/providers/Microsoft.KeyVault"
_VAULT = _VAULTS + "/locations/{location}/deletedVaults/{name}"
_WORKSPACES = "/providers/Microsoft.OperationalInsights/deletedWorkspaces"


@router.get(_VAULTS + "/deletedVaults")
def deleted_vaults(engine: Checked) -> JsonObject:
    """Deleted vaults.

    Fidelity: verified (azure-mgmt-keyvault)
    """
    return {"value": [_vault(each) for each in engine.context.deleted.list(keyvault.TYPE_NAME)]}


@router.get(_VAULT)
def deleted_vault(engine: Checked, location: str, name: str) -> JsonObject:
    """One deleted vault.

    Fidelity: verified (azure-mgmt-keyvault)
    """
    return _vault(_find(engine, location, name))


@router.post(_VAULT + "/purge")
def purge_vault(engine: Checked, location: str, name: str) -> Response:
    """Free the name of a deleted vault; at once, where the cloud takes minutes.

    Fidelity: verified (azure-mgmt-keyvault), assumed (duration, refusal)
    """
    deleted = _find(engine, location, name)
    if deleted.resource["properties"].get("enablePurgeProtection"):
        message = f"Purge protection is enabled on vault '{name}': it can't be purged."
        raise CloudError(409, "PurgeProtectionEnabled", message)
    engine.context.deleted.purge(deleted.resource["id"])
    return Response(status_code=200)


@router.get(_ONE + _WORKSPACES)
def deleted_workspaces(engine: Checked) -> JsonObject:
    """Deleted Log Analytics workspaces of the subscription.

    Fidelity: verified (azure-mgmt-loganalytics)
    """
    found = engine.context.deleted.list(operationalinsights.TYPE_NAME)
    return {"value": [each.resource for each in found]}


@router.get(_ONE + "/resourceGroups/{group}" + _WORKSPACES)
def deleted_workspaces_of_group(engine: Checked, group: str) -> JsonObject:
    """Deleted Log Analytics workspaces of a resource group.

    Fidelity: verified (azure-mgmt-loganalytics)
    """
    scope = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{group}/"
    found = engine.context.deleted.list(operationalinsights.TYPE_NAME, scope)
    return {"value": [each.resource for each in found]}


def _find(engine: Engine, location: str, name: str) -> Deleted:
    deleted = engine.context.deleted.named(keyvault.TYPE_NAME, name)
    if deleted is None or deleted.resource["location"] != location.lower():
        message = f"The specified deleted vault '{name}' does not exist."
        raise CloudError(404, "DeletedVaultNotFound", message)
    return deleted


def _vault(deleted: Deleted) -> JsonObject:
    vault = deleted.resource
    location, name = vault["location"], vault["name"]
    protected = vault["properties"].get("enablePurgeProtection")
    return {
        "id": f"/subscriptions/{SUBSCRIPTION_ID}/providers/Microsoft.KeyVault/locations/{location}"
        f"/deletedVaults/{name}",
        "name": name,
        "type": "Microsoft.KeyVault/deletedVaults",
        "properties": {
            "vaultId": vault["id"],
            "location": location,
            "tags": vault.get("tags", {}),
            "deletionDate": deleted.deleted_at.isoformat(),
            "scheduledPurgeDate": deleted.purged_at.isoformat(),
            **({"purgeProtectionEnabled": True} if protected else {}),
        },
    }
