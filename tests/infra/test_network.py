"""The network that Databricks is injected into."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Network
from typing import Any

import pytest

from infra.address_plan import AddressPlan
from infra.network import Network, NetworkArgs
from tests.infra.examples import ADDRESSES, PLACE, site
from tests.infra.harness import Deployment, Values, deploy


def _deploy(addresses: AddressPlan) -> Deployment:
    return deploy(lambda: Network("network", NetworkArgs(site=site(), addresses=addresses)))


@pytest.fixture(scope="module")
def deployed() -> Deployment:
    return _deploy(ADDRESSES)


def _subnet(name: str, address_prefix: str) -> dict[str, Any]:
    return {
        "name": name,
        "addressPrefix": address_prefix,
        "defaultOutboundAccess": False,
        "delegations": [{"name": "databricks", "serviceName": "Microsoft.Databricks/workspaces"}],
        "natGateway": {"id": "id-of-network-nat"},
        "networkSecurityGroup": {"id": "id-of-network-nsg"},
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
    }


def test_the_network_holds_two_subnets_delegated_to_databricks(deployed: Deployment) -> None:
    vnet = deployed.one("azure-native:network:VirtualNetwork")

    assert vnet.inputs.plain == PLACE | {
        "virtualNetworkName": "vnet-sample-dev",
        "addressSpace": {"addressPrefixes": ["10.10.0.0/16"]},
        "enableDdosProtection": False,
        "enableVmProtection": False,
        "subnets": [
            _subnet("snet-databricks-public", "10.10.0.0/18"),
            _subnet("snet-databricks-private", "10.10.64.0/18"),
        ],
    }


def test_a_subnet_has_the_range_of_the_plan() -> None:
    plan = replace(ADDRESSES, private_subnet=IPv4Network("10.10.255.192/26"))
    vnet = _deploy(plan).one("azure-native:network:VirtualNetwork")

    prefixes = [subnet["addressPrefix"] for subnet in vnet.inputs.plain["subnets"]]
    assert prefixes == ["10.10.0.0/18", "10.10.255.192/26"]


def test_the_way_out_is_a_nat_gateway_with_one_fixed_address(deployed: Deployment) -> None:
    assert deployed.one("azure-native:network:NatGateway").inputs.plain == PLACE | {
        "natGatewayName": "nat-sample-dev",
        "sku": {"name": "Standard"},
        "publicIpAddresses": [{"id": "id-of-network-nat-ip"}],
    }
    assert deployed.one("azure-native:network:PublicIPAddress").inputs.plain == PLACE | {
        "publicIpAddressName": "pip-sample-dev-nat",
        "sku": {"name": "Standard"},
        "publicIPAllocationMethod": "Static",
    }


def test_rules_that_databricks_adds_to_the_security_group_are_no_drift(
    deployed: Deployment,
) -> None:
    group = deployed.one("azure-native:network:NetworkSecurityGroup")

    assert group.inputs.plain == PLACE | {
        "networkSecurityGroupName": "nsg-sample-dev-databricks",
    }
    assert group.options == {"ignoreChanges": ["securityRules"]}


def test_the_network_tells_its_id_and_its_subnets(deployed: Deployment) -> None:
    assert deployed.one("dataopsml:infra:Network").outputs == Values(
        plain={
            "vnet_id": "id-of-network-vnet",
            "public_subnet_name": "snet-databricks-public",
            "private_subnet_name": "snet-databricks-private",
        },
        secrets=frozenset(),
    )
