"""Who uses what in the network: looked up in the resources themselves, recorded nowhere."""

from __future__ import annotations

from collections.abc import Mapping

from localcloud.arm.addresses import Address
from localcloud.arm.behavior import Behavior, Context
from localcloud.store import JsonObject

NETWORK_TYPE = "Microsoft.Network/virtualNetworks"
INJECTED_TYPE = "Microsoft.Databricks/workspaces"
"""Type of the resources that put machines into a customer's subnets."""


class Referenced(Behavior):
    """A resource that shows who refers to it."""

    def referring(self, context: Context, resource: JsonObject) -> JsonObject:
        """The properties that name those who refer to it; empty ones are not shown."""
        raise NotImplementedError

    def read(self, context: Context, address: Address) -> JsonObject | None:
        """The resource with those who refer to it."""
        found = super().read(context, address)
        return None if found is None else self._shown(context, found)

    def list(
        self, context: Context, prefix: str, type_name: str, query: Mapping[str, str]
    ) -> list[JsonObject]:
        """The resources with those who refer to them."""
        found = super().list(context, prefix, type_name, query)
        return [self._shown(context, each) for each in found]

    def _shown(self, context: Context, resource: JsonObject) -> JsonObject:
        for name, value in self.referring(context, resource).items():
            resource["properties"].pop(name, None)
            if value:
                resource["properties"][name] = value
        return resource


def subnets_with(context: Context, reference: str, resource_id: str) -> list[JsonObject]:
    """Subnets whose property of this name refers to a resource."""
    return [
        subnet
        for network in context.resources.list("", NETWORK_TYPE)
        for subnet in network["properties"].get("subnets", [])
        if _refers(subnet["properties"].get(reference), resource_id)
    ]


def gateways_with(context: Context, address_id: str) -> list[JsonObject]:
    """NAT gateways that use a public IP address."""
    return [
        gateway
        for gateway in context.resources.list("", "Microsoft.Network/natGateways")
        if any(
            _refers(each, address_id) for each in gateway["properties"].get("publicIpAddresses", [])
        )
    ]


def users_of_subnet(context: Context, subnet_id: str) -> list[JsonObject]:
    """Databricks workspaces that are injected into a subnet."""
    return [
        workspace
        for workspace in context.resources.list("", INJECTED_TYPE)
        if subnet_id.lower() in injected_subnets(workspace)
    ]


def injected_subnets(workspace: JsonObject) -> list[str]:
    """Ids, in lower case, of the subnets that a Databricks workspace is in."""
    parameters = workspace.get("properties", {}).get("parameters", {})

    def value(name: str) -> str:
        return str(parameters.get(name, {}).get("value", ""))

    network = value("customVirtualNetworkId")
    names = (value("customPublicSubnetName"), value("customPrivateSubnetName"))
    return [f"{network}/subnets/{name}".lower() for name in names if network and name]


def _refers(reference: JsonObject | None, resource_id: str) -> bool:
    return reference is not None and str(reference.get("id", "")).lower() == resource_id.lower()
