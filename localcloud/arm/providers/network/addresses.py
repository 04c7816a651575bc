"""Public IP addresses and the NAT gateways that use them. Addresses are from a test range."""

from __future__ import annotations

import uuid
from ipaddress import ip_network

from localcloud.arm.behavior import Change, Context
from localcloud.arm.providers.network.usage import Referenced, gateways_with, subnets_with
from localcloud.errors import CloudError
from localcloud.store import JsonObject

ADDRESS_TYPE = "Microsoft.Network/publicIPAddresses"
TEST_NETWORK = ip_network("203.0.113.0/24")
"""TEST-NET-3 (RFC 5737): belongs to nobody."""

MIN_IDLE_MINUTES = 4
MAX_IDLE_MINUTES = 120


class PublicIPAddress(Referenced):
    """A public IP address.

    Fidelity: verified (azure-mgmt-network: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """The Basic tier is retired, and what is left has fixed addresses."""
        if change.resource.setdefault("sku", {}).setdefault("name", "Standard") == "Basic":
            raise CloudError(
                400,
                "BasicSkuPublicIpAddressesNotSupported",
                "Public IP addresses of the Basic SKU are retired; use Standard.",
            )
        if change.properties.setdefault("publicIPAllocationMethod", "Static") != "Static":
            raise CloudError(
                400,
                "StandardSkuPublicIPAddressesMustBeStatic",
                f"Standard sku publicIp {change.resource['id']} must have AllocationMethod set "
                "to Static.",
            )

    def complete(self, context: Context, change: Change) -> None:
        """An address, a GUID and defaults."""
        change.resource["sku"].setdefault("tier", "Regional")
        change.keep("resourceGuid", lambda: str(uuid.uuid4()))
        change.keep("ipAddress", lambda: _free_address(context))
        change.properties.setdefault("publicIPAddressVersion", "IPv4")
        change.properties.setdefault("idleTimeoutInMinutes", MIN_IDLE_MINUTES)
        change.properties.setdefault("ipTags", [])

    def referring(self, context: Context, resource: JsonObject) -> JsonObject:
        """The gateway that uses it."""
        gateways = gateways_with(context, resource["id"])
        return {"natGateway": {"id": gateways[0]["id"]} if gateways else None}

    def check_delete(self, context: Context, resource: JsonObject) -> None:
        """An address in use stays."""
        gateways = gateways_with(context, resource["id"])
        if gateways:
            raise CloudError(
                400,
                "PublicIPAddressCannotBeDeleted",
                f"Public IP address {resource['id']} can not be deleted since it is still "
                f"allocated to resource {gateways[0]['id']}.",
            )


class NatGateway(Referenced):
    """A NAT gateway.

    Fidelity: verified (azure-mgmt-network: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """The addresses must exist."""
        minutes = change.properties.get("idleTimeoutInMinutes", MIN_IDLE_MINUTES)
        if not MIN_IDLE_MINUTES <= minutes <= MAX_IDLE_MINUTES:
            raise CloudError(
                400,
                "NatGatewayIdleTimeoutInvalid",
                f"idleTimeoutInMinutes is {minutes}; it must be between {MIN_IDLE_MINUTES} and "
                f"{MAX_IDLE_MINUTES}.",
            )
        for reference in change.properties.get("publicIpAddresses", []):
            address_id = str(reference.get("id"))
            context.resources.referred(address_id, ADDRESS_TYPE, change.resource["id"])
            for other in gateways_with(context, address_id):
                if other["id"].lower() != change.resource["id"].lower():
                    raise CloudError(
                        400,
                        "PublicIPAddressInUse",
                        f"Public IP address {address_id} is in use by {other['id']}.",
                    )

    def complete(self, context: Context, change: Change) -> None:
        """A GUID and defaults."""
        sku = change.resource.setdefault("sku", {})
        sku.setdefault("name", "Standard")
        sku.setdefault("tier", "Regional")
        change.keep("resourceGuid", lambda: str(uuid.uuid4()))
        change.properties.setdefault("idleTimeoutInMinutes", MIN_IDLE_MINUTES)

    def referring(self, context: Context, resource: JsonObject) -> JsonObject:
        """The subnets that use it."""
        users = subnets_with(context, "natGateway", resource["id"])
        return {"subnets": [{"id": each["id"]} for each in users]}

    def check_delete(self, context: Context, resource: JsonObject) -> None:
        """A gateway in use stays."""
        users = subnets_with(context, "natGateway", resource["id"])
        if users:
            raise CloudError(
                400,
                "InUseNatGatewayCannotBeDeleted",
                f"NAT gateway {resource['id']} cannot be deleted because it is in use by "
                f"{', '.join(each['id'] for each in users)}.",
            )


def _free_address(context: Context) -> str:
    taken = {
        each["properties"].get("ipAddress") for each in context.resources.list("", ADDRESS_TYPE)
    }
    for host in TEST_NETWORK.hosts():
        if str(host) not in taken:
            return str(host)
    message = f"all addresses of {TEST_NETWORK} are given out"
    raise CloudError(409, "PublicIPAddressesExhausted", message)
