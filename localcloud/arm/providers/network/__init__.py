"""Microsoft.Network: virtual networks and what belongs to them. No packet is routed.

Kept true: addresses that fit, references that exist, and that nothing in use can be deleted.
"""

from __future__ import annotations

from localcloud.arm.naming import NETWORK_NAME
from localcloud.arm.providers.network.addresses import NatGateway, PublicIPAddress
from localcloud.arm.providers.network.security import SecurityGroup, SecurityRule
from localcloud.arm.providers.network.subnets import Subnet, VirtualNetwork
from localcloud.arm.types import ResourceType

_VERSIONS = frozenset(
    {"2022-07-01", "2023-04-01", "2023-09-01", "2023-11-01", "2024-01-01", "2024-03-01"}
    | {"2024-05-01", "2024-07-01", "2024-10-01", "2025-01-01", "2025-03-01"}
)

TYPES = (
    ResourceType(
        name="Microsoft.Network/networkSecurityGroups",
        api_versions=_VERSIONS,
        naming=NETWORK_NAME,
        behavior=SecurityGroup(),
        needs_location=True,
    ),
    ResourceType(
        name="Microsoft.Network/networkSecurityGroups/securityRules",
        api_versions=_VERSIONS,
        naming=NETWORK_NAME,
        behavior=SecurityRule(),
    ),
    ResourceType(
        name="Microsoft.Network/publicIPAddresses",
        api_versions=_VERSIONS,
        naming=NETWORK_NAME,
        behavior=PublicIPAddress(),
        create_only=("sku.name", "properties.publicIPAddressVersion"),
        needs_location=True,
    ),
    ResourceType(
        name="Microsoft.Network/natGateways",
        api_versions=_VERSIONS,
        naming=NETWORK_NAME,
        behavior=NatGateway(),
        create_only=("sku.name",),
        needs_location=True,
    ),
    ResourceType(
        name="Microsoft.Network/virtualNetworks",
        api_versions=_VERSIONS,
        naming=NETWORK_NAME,
        behavior=VirtualNetwork(),
        needs_location=True,
    ),
    ResourceType(
        name="Microsoft.Network/virtualNetworks/subnets",
        api_versions=_VERSIONS,
        naming=NETWORK_NAME,
        behavior=Subnet(),
    ),
)
