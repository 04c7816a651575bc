"""Functions of the package that programs call: who am I, keys, and the state of a resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from localcloud.plugins.azure_native.resource_types import find_type
from localcloud.plugins.azure_native.translate import outputs, resource_id
from localcloud.plugins.properties import Properties
from localcloud.plugins.provider import ProviderError

if TYPE_CHECKING:
    from localcloud.plugins.azure_native.arm import Arm


@dataclass(frozen=True)
class Action:
    """An ARM action of a resource, called with the inputs that name the resource."""

    type: str
    name: str


ACTIONS = {
    "azure-native:storage:listStorageAccountKeys": Action(
        "azure-native:storage:StorageAccount", "listKeys"
    ),
    "azure-native:containerregistry:listRegistryCredentials": Action(
        "azure-native:containerregistry:Registry", "listCredentials"
    ),
}


def invoke(arm: Arm, subscription_id: str, function: str, arguments: Properties) -> Properties:
    """Call a function.

    Raises:
        ProviderError: there is no such function, or the cloud refused.
    """
    module, _, name = function.rpartition(":")
    if function == "azure-native:authorization:getClientConfig":
        return _client_config(arm, subscription_id)
    if function == "azure-native:authorization:getClientToken":
        return {"token": arm.token()}
    if action := ACTIONS.get(function):
        kind = find_type(action.type)
        arm_id = resource_id(kind, arguments, subscription_id)
        return arm.post(arm_id, action.name, kind.api_version)
    if name.startswith("get"):
        return _get(arm, subscription_id, f"{module}:{name.removeprefix('get')}", arguments)
    raise ProviderError(f"Function '{function}' not found: localcloud does not emulate it")


def _client_config(arm: Arm, subscription_id: str) -> Properties:
    claims = arm.token_claims()
    return {
        "clientId": claims.get("appid"),
        "objectId": claims.get("oid"),
        "subscriptionId": subscription_id,
        "tenantId": claims.get("tid"),
    }


def _get(arm: Arm, subscription_id: str, token: str, arguments: Properties) -> Properties:
    kind = find_type(token)
    arm_id = resource_id(kind, arguments, subscription_id)
    answer = arm.get(arm_id, kind.api_version)
    if answer is None:
        raise ProviderError(f"ResourceNotFound: {arm_id} was not found")
    return {**outputs(kind, answer, dict.fromkeys(kind.kept)), "id": answer.get("id")}
