"""Virtual networks and their subnets."""

from __future__ import annotations

import uuid
from ipaddress import IPv4Network, IPv6Network, ip_network

from localcloud.arm.addresses import Address
from localcloud.arm.behavior import Behavior, Change, Context
from localcloud.arm.providers.network.inline import InlineChild, adopt, children, parent_id
from localcloud.arm.providers.network.usage import users_of_subnet
from localcloud.errors import CloudError
from localcloud.store import JsonObject

SUBNET_TYPE = "Microsoft.Network/virtualNetworks/subnets"
SUBNETS = "subnets"
MIN_PREFIX_LENGTH = 29
"""Azure keeps five addresses of each subnet, so /29 is the smallest."""

_REFERENCES = {
    "networkSecurityGroup": "Microsoft.Network/networkSecurityGroups",
    "natGateway": "Microsoft.Network/natGateways",
}
_Network = IPv4Network | IPv6Network


class VirtualNetwork(Behavior):
    """A virtual network with its subnets.

    A PUT without ``subnets`` keeps those that exist.

    Fidelity: verified (azure-mgmt-network: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """Addresses must fit, references exist, subnets in use stay."""
        change.properties.setdefault(SUBNETS, children(change.before or {}, SUBNETS))
        subnets = adopt(change.resource, change.before, SUBNETS, SUBNET_TYPE)
        _space(change.resource)
        for subnet in subnets:
            check_subnet(context, subnet, change.resource)
        kept = {each["id"].lower() for each in subnets}
        for old in children(change.before or {}, SUBNETS):
            if old["id"].lower() not in kept:
                check_unused(context, old)

    def complete(self, context: Context, change: Change) -> None:
        """A GUID and defaults."""
        change.keep("resourceGuid", lambda: str(uuid.uuid4()))
        change.properties.setdefault("enableDdosProtection", False)
        change.properties.setdefault("virtualNetworkPeerings", [])
        for subnet in children(change.resource, SUBNETS):
            complete_subnet(subnet)

    def check_delete(self, context: Context, resource: JsonObject) -> None:
        """A network with a subnet in use stays."""
        for subnet in children(resource, SUBNETS):
            check_unused(context, subnet)


class Subnet(InlineChild):
    """A subnet by itself.

    Fidelity: verified (azure-mgmt-network: shapes), assumed (refusals)
    """

    def __init__(self) -> None:
        super().__init__(SUBNETS)

    def check(self, context: Context, change: Change) -> None:
        """Its addresses must fit into the network, its references exist."""
        network = context.resources.get(parent_id(change.resource["id"])) or {}
        check_subnet(context, change.resource, network)

    def complete(self, context: Context, change: Change) -> None:
        """Defaults."""
        complete_subnet(change.resource)

    def check_delete(self, context: Context, resource: JsonObject) -> None:
        """A subnet in use stays."""
        check_unused(context, resource)


def check_subnet(context: Context, subnet: JsonObject, network: JsonObject) -> None:
    """Refuse a subnet that does not fit into its network.

    Raises:
        CloudError: 400.
    """
    properties = subnet["properties"]
    space = _space(network)
    for prefix in _prefixes(subnet):
        if not any(_inside(prefix, outer) for outer in space):
            raise CloudError(
                400,
                "NetcfgSubnetRangeOutsideVnet",
                f"Subnet '{subnet['name']}' is not valid because its IP address range is outside "
                f"the IP address range of virtual network '{network['name']}'.",
            )
        for other in children(network, SUBNETS):
            if other["id"].lower() != subnet["id"].lower() and any(
                prefix.overlaps(each) for each in _prefixes(other)
            ):
                raise CloudError(
                    400,
                    "NetcfgSubnetRangesOverlap",
                    f"Subnet '{subnet['name']}' is not valid because its IP address range "
                    f"overlaps with that of an existing subnet in virtual network "
                    f"'{network['name']}': '{other['name']}'.",
                )
    for name, type_name in _REFERENCES.items():
        reference = properties.get(name)
        if reference is not None:
            context.resources.referred(str(reference.get("id")), type_name, subnet["id"])
            properties[name] = {"id": reference["id"]}
    _check_delegation(context, subnet)


def complete_subnet(subnet: JsonObject) -> None:
    """Fill in what the service sets in a subnet."""
    properties = subnet["properties"]
    properties.setdefault("privateEndpointNetworkPolicies", "Disabled")
    properties.setdefault("privateLinkServiceNetworkPolicies", "Enabled")
    for delegation in properties.setdefault("delegations", []):
        delegation["id"] = f"{subnet['id']}/delegations/{delegation['name']}"
        delegation["type"] = f"{SUBNET_TYPE}/delegations"
        delegation["properties"]["provisioningState"] = "Succeeded"
        delegation["properties"]["actions"] = [
            "Microsoft.Network/virtualNetworks/subnets/join/action"
        ]


def check_unused(context: Context, subnet: JsonObject) -> None:
    """Refuse to delete a subnet that something is in.

    Raises:
        CloudError: 400.
    """
    users = users_of_subnet(context, subnet["id"])
    if users:
        raise CloudError(
            400,
            "InUseSubnetCannotBeDeleted",
            f"Subnet {subnet['name']} is in use by {', '.join(each['id'] for each in users)} and "
            "cannot be deleted. In order to delete the subnet, delete all the resources within "
            "the subnet.",
        )


def delegated_services(subnet: JsonObject) -> set[str]:
    """Services, in lower case, that may use a subnet."""
    return {
        str(each.get("properties", {}).get("serviceName", "")).lower()
        for each in subnet["properties"].get("delegations", [])
    }


def _check_delegation(context: Context, subnet: JsonObject) -> None:
    for delegation in subnet["properties"].get("delegations", []):
        if not delegation.get("name") or not delegation.get("properties", {}).get("serviceName"):
            raise CloudError(
                400,
                "InvalidRequestFormat",
                f"A delegation of subnet '{subnet['name']}' has no name or no serviceName.",
            )
    users = users_of_subnet(context, subnet["id"])
    if users and "microsoft.databricks/workspaces" not in delegated_services(subnet):
        raise CloudError(
            400,
            "SubnetDelegationsCannotChangeWhenSubnetUsedByResource",
            f"Delegations of subnet {subnet['id']} cannot be changed because it is being used by "
            f"the resource {users[0]['id']}.",
        )


def _space(network: JsonObject) -> list[_Network]:
    prefixes = network["properties"].get("addressSpace", {}).get("addressPrefixes", [])
    if not prefixes:
        raise CloudError(
            400,
            "InvalidRequestFormat",
            f"Virtual network '{network['name']}' has no addressSpace.addressPrefixes.",
        )
    return [_parse(prefix, network["name"]) for prefix in prefixes]


def _prefixes(subnet: JsonObject) -> list[_Network]:
    properties = subnet["properties"]
    given = properties.get("addressPrefixes") or [properties.get("addressPrefix")]
    prefixes = [_parse(str(prefix or ""), subnet["name"]) for prefix in given]
    for prefix in prefixes:
        if isinstance(prefix, IPv4Network) and prefix.prefixlen > MIN_PREFIX_LENGTH:
            raise CloudError(
                400,
                "NetcfgInvalidSubnet",
                f"Subnet '{subnet['name']}' is not valid: {prefix} is too small; the smallest is "
                f"/{MIN_PREFIX_LENGTH}.",
            )
    return prefixes


def _parse(prefix: str, owner: str) -> _Network:
    try:
        return ip_network(prefix)
    except ValueError as error:
        raise CloudError(
            400,
            "InvalidCIDRNotation",
            f"The address prefix '{prefix}' of '{owner}' is not valid: {error}.",
        ) from error


def _inside(inner: _Network, outer: _Network) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network):
        return inner.subnet_of(outer)
    return False


def find_subnet(context: Context, network_id: str, name: str) -> JsonObject | None:
    """A subnet of a network, or None."""
    return Subnet().read(context, Address.parse(f"{network_id}/subnets/{name}"))
