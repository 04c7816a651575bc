"""The virtual network that the Databricks workspace is injected into.

Two delegated subnets, one security group and a NAT gateway, because a new network has no way
out by itself. No peering, no private endpoints, and no security rules: Databricks writes its
own into the group.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_azure_native import network

from infra.address_plan import AddressPlan
from infra.site import Site

PUBLIC_SUBNET = "snet-databricks-public"
PRIVATE_SUBNET = "snet-databricks-private"
DELEGATION = "Microsoft.Databricks/workspaces"


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Settings of :class:`Network`."""

    site: Site
    addresses: AddressPlan


class Network(ComponentResource):
    """Virtual network with the two subnets of an injected Databricks workspace."""

    vnet_id: Output[str]
    """ARM id of the virtual network."""

    public_subnet_name: Output[str]
    """Subnet of the cluster hosts. "Public" is Databricks' word: it has no public addresses."""

    private_subnet_name: Output[str]
    """Subnet of the containers on those hosts."""

    def __init__(self, name: str, args: NetworkArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("dataopsml:infra:Network", name, None, opts)
        site = args.site

        public_ip = network.PublicIPAddress(
            f"{name}-nat-ip",
            public_ip_address_name=site.names.public_ip_address,
            resource_group_name=site.resource_group_name,
            location=site.location,
            sku=network.PublicIPAddressSkuArgs(name=network.PublicIPAddressSkuName.STANDARD),
            public_ip_allocation_method=network.IPAllocationMethod.STATIC,
            opts=ResourceOptions(parent=self),
        )
        nat_gateway = network.NatGateway(
            f"{name}-nat",
            nat_gateway_name=site.names.nat_gateway,
            resource_group_name=site.resource_group_name,
            location=site.location,
            sku=network.NatGatewaySkuArgs(name=network.NatGatewaySkuName.STANDARD),
            public_ip_addresses=[network.SubResourceArgs(id=public_ip.id)],
            opts=ResourceOptions(parent=self),
        )
        security_group = network.NetworkSecurityGroup(
            f"{name}-nsg",
            network_security_group_name=site.names.network_security_group,
            resource_group_name=site.resource_group_name,
            location=site.location,
            # Databricks adds its rules when the workspace arrives; they are not drift.
            opts=ResourceOptions(parent=self, ignore_changes=["securityRules"]),
        )
        ranges = {
            PUBLIC_SUBNET: args.addresses.public_subnet,
            PRIVATE_SUBNET: args.addresses.private_subnet,
        }
        subnets = [
            _subnet(subnet, addresses, nat_gateway.id, security_group.id)
            for subnet, addresses in ranges.items()
        ]
        vnet = network.VirtualNetwork(
            f"{name}-vnet",
            virtual_network_name=site.names.virtual_network,
            resource_group_name=site.resource_group_name,
            location=site.location,
            address_space=network.AddressSpaceArgs(address_prefixes=[str(args.addresses.vnet)]),
            # Inside the network and not resources of their own: one write makes all, where
            # parallel writes to one network answer 409.
            subnets=subnets,
            opts=ResourceOptions(parent=self),
        )

        self.vnet_id = vnet.id
        self.public_subnet_name = Output.from_input(PUBLIC_SUBNET)
        self.private_subnet_name = Output.from_input(PRIVATE_SUBNET)
        self.register_outputs(
            {
                "vnet_id": self.vnet_id,
                "public_subnet_name": self.public_subnet_name,
                "private_subnet_name": self.private_subnet_name,
            }
        )


def _subnet(
    name: str, addresses: IPv4Network, nat_gateway_id: Input[str], security_group_id: Input[str]
) -> network.SubnetArgs:
    return network.SubnetArgs(
        name=name,
        address_prefix=str(addresses),
        default_outbound_access=False,
        delegations=[network.DelegationArgs(name="databricks", service_name=DELEGATION)],
        nat_gateway=network.SubResourceArgs(id=nat_gateway_id),
        network_security_group=network.NetworkSecurityGroupArgs(id=security_group_id),
    )
