"""Microsoft.Databricks: workspaces. Each gets a Databricks API of its own on a port of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from localcloud.arm import states
from localcloud.arm.addresses import Address
from localcloud.arm.behavior import Behavior, Change, Context
from localcloud.arm.naming import NameRule
from localcloud.arm.providers import resourcegroups
from localcloud.arm.providers.network.subnets import delegated_services, find_subnet
from localcloud.arm.providers.network.usage import users_of_subnet
from localcloud.arm.refusals import reference_not_found
from localcloud.arm.types import Polling, ResourceType
from localcloud.databricks import workspaces
from localcloud.errors import CloudError
from localcloud.store import JsonObject
from localcloud.tokens import CLIENT_ID, OBJECT_ID

TYPE_NAME = "Microsoft.Databricks/workspaces"
_SUBNETS = ("customPublicSubnetName", "customPrivateSubnetName")


class Workspace(Behavior):
    """A Databricks workspace.

    Only compute mode Hybrid: localcloud has no serverless compute.

    Fidelity: verified (azure-mgmt-databricks: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """Tier, managed group and network must be usable."""
        sku = change.resource.get("sku", {}).get("name", "").lower()
        if sku != "premium":
            raise CloudError(
                400,
                "InvalidSku",
                f"The sku '{sku}' is not available: Azure Databricks workspaces are 'premium'.",
            )
        if change.properties["computeMode"] != "Hybrid":
            raise CloudError(
                400,
                "InvalidComputeMode",
                "The compute mode 'Serverless' is not available here: localcloud has 'Hybrid'.",
            )
        if change.before is None:
            _check_managed_group(context, change)
            _check_network(context, change)

    def complete(self, context: Context, change: Change) -> None:
        """Who made it, and defaults."""
        properties = change.properties
        change.keep("createdDateTime", lambda: datetime.now(UTC).isoformat())
        properties["createdBy"] = {"oid": OBJECT_ID, "applicationId": CLIENT_ID}
        properties["updatedBy"] = {"oid": OBJECT_ID, "applicationId": CLIENT_ID}
        properties.setdefault("publicNetworkAccess", "Enabled")
        parameters = properties.setdefault("parameters", {})
        parameters.setdefault("enableNoPublicIp", {"value": True})
        for parameter in parameters.values():
            kind = "Bool" if isinstance(parameter.get("value"), bool) else "String"
            parameter.setdefault("type", kind)

    def provision(self, context: Context, change: Change) -> None:
        """Make the managed group and start the workspace's API."""
        properties = change.properties
        _make_managed_group(context, change.resource)
        workspace = workspaces.create(context.cloud, change.resource["id"])
        properties["workspaceId"] = workspace.workspace_id
        properties["workspaceUrl"] = workspace.host

    def deprovision(self, context: Context, resource: JsonObject) -> None:
        """Stop the workspace's API, forget all in it, remove the managed group."""
        workspaces.delete(context.cloud, resource["id"])
        group = resource["properties"]["managedResourceGroupId"]
        if (context.resources.get(group) or {}).get("managedBy") == resource["id"]:
            context.resources.delete(group)


def _check_managed_group(context: Context, change: Change) -> None:
    group_id = change.properties.get("managedResourceGroupId", "")
    group = Address.parse(group_id)
    if f"{group.type_name}".lower() != resourcegroups.TYPE_NAME.lower() or not group.is_resource:
        raise CloudError(
            400,
            "InvalidManagedResourceGroupId",
            f"'managedResourceGroupId' is '{group_id}'; it must be the id of a resource group.",
        )
    if group.subscription.lower() != change.address.subscription.lower():
        raise CloudError(
            400,
            "InvalidManagedResourceGroupId",
            "The managed resource group must be in the workspace's subscription.",
        )
    if group.name.lower() == change.address.group.lower():
        raise CloudError(
            400,
            "ManagedResourceGroupSameAsResourceGroup",
            f"The managed resource group '{group.name}' must not be the group of the workspace.",
        )
    if context.resources.get(group_id) is not None:
        raise CloudError(
            409,
            "ApplicationUpdateFail",
            f"The managed resource group '{group.name}' exists already; Azure Databricks makes it.",
        )


def _check_network(context: Context, change: Change) -> None:
    parameters = change.properties.get("parameters", {})
    network_id = parameters.get("customVirtualNetworkId", {}).get("value")
    names = [parameters.get(name, {}).get("value") for name in _SUBNETS]
    if not network_id and not any(names):
        return
    if not network_id or not all(names) or names[0] == names[1]:
        raise CloudError(
            400,
            "InvalidVirtualNetworkParameters",
            f"'customVirtualNetworkId' and two different subnets in {' and '.join(_SUBNETS)} go "
            "together.",
        )
    network_type = "Microsoft.Network/virtualNetworks"
    network = context.resources.referred(network_id, network_type, change.address.id)
    if network["location"] != change.resource["location"]:
        raise CloudError(
            400,
            "InvalidVirtualNetworkLocation",
            f"The virtual network is in '{network['location']}', the workspace in "
            f"'{change.resource['location']}'; they must be in the same region.",
        )
    for name in names:
        _check_subnet(context, network_id, name, change.address.id)


def _check_subnet(context: Context, network_id: str, name: str, workspace_id: str) -> None:
    subnet = find_subnet(context, network_id, name)
    if subnet is None:
        raise reference_not_found(f"{network_id}/subnets/{name}", workspace_id)
    if TYPE_NAME.lower() not in delegated_services(subnet):
        raise CloudError(
            400,
            "SubnetNotDelegated",
            f"Subnet '{name}' must be delegated to '{TYPE_NAME}'.",
        )
    if "networkSecurityGroup" not in subnet["properties"]:
        raise CloudError(
            400,
            "SubnetWithoutNetworkSecurityGroup",
            f"Subnet '{name}' must have a network security group.",
        )
    users = users_of_subnet(context, subnet["id"])
    if users:
        raise CloudError(
            409,
            "SubnetInUse",
            f"Subnet '{name}' is in use by {users[0]['id']}; every workspace needs its own.",
        )


def _make_managed_group(context: Context, workspace: JsonObject) -> None:
    group_id = workspace["properties"]["managedResourceGroupId"]
    if context.resources.get(group_id) is not None:
        return
    context.resources.put(
        {
            "id": group_id,
            "name": Address.parse(group_id).name,
            "type": resourcegroups.TYPE_NAME,
            "location": workspace["location"],
            "managedBy": workspace["id"],
            "tags": workspace.get("tags", {}),
            "properties": {"provisioningState": states.SUCCEEDED},
        }
    )


TYPES = (
    ResourceType(
        name=TYPE_NAME,
        api_versions=frozenset({"2026-01-01"}),
        naming=NameRule(
            pattern=r"[\w-]{3,64}", says="3-64 letters, digits, underscores and hyphens"
        ),
        behavior=Workspace(),
        create_only=(
            "properties.computeMode",
            "properties.defaultCatalog.initialType",
            "properties.managedResourceGroupId",
            "properties.parameters.customPrivateSubnetName.value",
            "properties.parameters.customPublicSubnetName.value",
            "properties.parameters.customVirtualNetworkId.value",
        ),
        slow_create=Polling.ASYNC_OPERATION,
        slow_delete=Polling.ASYNC_OPERATION,
        needs_location=True,
    ),
)
