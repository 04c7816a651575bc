"""Virtual networks and what belongs to them, through Azure's own client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.mgmt.network import NetworkManagementClient

pytestmark = pytest.mark.servers

HERE = {"location": "westeurope"}
RULE = {
    "protocol": "Tcp",
    "access": "Allow",
    "direction": "Inbound",
    "priority": 100,
    "source_address_prefix": "*",
    "source_port_range": "*",
    "destination_address_prefix": "*",
    "destination_port_range": "443",
}
SPACE = {"address_prefixes": ["10.10.0.0/16"]}


@pytest.fixture
def network(client_of: Callable[..., Any]) -> Any:
    return client_of(NetworkManagementClient)


def put_network(client: Any, group: str, *subnets: dict[str, Any]) -> Any:
    body = {**HERE, "address_space": SPACE, "subnets": list(subnets)}
    return client.virtual_networks.begin_create_or_update(group, "vnet", body).result()


def test_a_network_with_group_gateway_and_address_is_wired_together(
    network: Any, group: str
) -> None:
    nsg = network.network_security_groups.begin_create_or_update(group, "nsg", HERE).result()
    address = network.public_ip_addresses.begin_create_or_update(
        group, "pip", {**HERE, "sku": {"name": "Standard"}, "public_ip_allocation_method": "Static"}
    ).result()
    gateway = network.nat_gateways.begin_create_or_update(
        group,
        "nat",
        {**HERE, "sku": {"name": "Standard"}, "public_ip_addresses": [{"id": address.id}]},
    ).result()
    delegation = {"name": "dbx", "service_name": "Microsoft.Databricks/workspaces"}
    made = put_network(
        network,
        group,
        {
            "name": "public",
            "address_prefix": "10.10.1.0/24",
            "network_security_group": {"id": nsg.id},
            "nat_gateway": {"id": gateway.id},
            "delegations": [delegation],
        },
        {"name": "plain", "address_prefix": "10.10.2.0/24"},
    )
    public = network.subnets.get(group, "vnet", "public")
    assert public.id == f"{made.id}/subnets/public"
    assert public.network_security_group.id == nsg.id
    assert public.delegations[0].service_name == "Microsoft.Databricks/workspaces"
    assert public.provisioning_state == "Succeeded"
    assert [each.name for each in network.subnets.list(group, "vnet")] == ["public", "plain"]
    guarded = network.network_security_groups.get(group, "nsg")
    assert [each.id for each in guarded.subnets] == [public.id]
    assert [r.name for r in guarded.default_security_rules][:1] == ["AllowVnetInBound"]
    assert [each.id for each in network.nat_gateways.get(group, "nat").subnets] == [public.id]
    found = network.public_ip_addresses.get(group, "pip")
    assert found.nat_gateway.id == gateway.id
    assert found.ip_address.startswith("203.0.113.")


def test_what_is_in_use_cannot_be_deleted_and_afterwards_can(
    network: Any, group: str, refuses: Any
) -> None:
    nsg = network.network_security_groups.begin_create_or_update(group, "nsg", HERE).result()
    address = network.public_ip_addresses.begin_create_or_update(group, "pip", HERE).result()
    body = {**HERE, "public_ip_addresses": [{"id": address.id}]}
    gateway = network.nat_gateways.begin_create_or_update(group, "nat", body).result()
    put_network(
        network,
        group,
        {
            "name": "a",
            "address_prefix": "10.10.1.0/24",
            "network_security_group": {"id": nsg.id},
            "nat_gateway": {"id": gateway.id},
        },
    )
    deletions: dict[str, Callable[[], Any]] = {
        "InUseNetworkSecurityGroupCannotBeDeleted": lambda: (
            network.network_security_groups.begin_delete(group, "nsg").result()
        ),
        "InUseNatGatewayCannotBeDeleted": lambda: network.nat_gateways.begin_delete(
            group, "nat"
        ).result(),
        "PublicIPAddressCannotBeDeleted": lambda: network.public_ip_addresses.begin_delete(
            group, "pip"
        ).result(),
    }
    for code, delete in deletions.items():
        with refuses(code):
            delete()
    network.subnets.begin_delete(group, "vnet", "a").result()
    for delete in deletions.values():
        delete()
    assert list(network.network_security_groups.list(group)) == []


def test_subnets_can_be_made_one_by_one_and_survive_a_put_without_them(
    network: Any, group: str
) -> None:
    put_network(network, group)
    subnet = {"address_prefix": "10.10.3.0/24"}
    network.subnets.begin_create_or_update(group, "vnet", "one", subnet).result()
    body = {**HERE, "address_space": SPACE, "tags": {"a": "b"}}
    again = network.virtual_networks.begin_create_or_update(group, "vnet", body).result()
    assert [each.name for each in again.subnets] == ["one"]
    network.virtual_networks.update_tags(group, "vnet", {"tags": {"c": "d"}})
    found = network.virtual_networks.get(group, "vnet")
    assert (found.tags, [each.name for each in found.subnets]) == ({"c": "d"}, ["one"])


@pytest.mark.parametrize(
    ("subnet", "code"),
    [
        ({"name": "s", "address_prefix": "10.11.0.0/24"}, "NetcfgSubnetRangeOutsideVnet"),
        ({"name": "s", "address_prefix": "10.10.1.128/25"}, "NetcfgSubnetRangesOverlap"),
        ({"name": "s", "address_prefix": "10.10.2.0/30"}, "NetcfgInvalidSubnet"),
        ({"name": "s", "address_prefix": "10.10.2.1/24"}, "InvalidCIDRNotation"),
        ({"name": "s"}, "InvalidCIDRNotation"),
        (
            {
                "name": "s",
                "address_prefix": "10.10.2.0/24",
                "network_security_group": {"id": "/subscriptions/x/none"},
            },
            "InvalidResourceReference",
        ),
    ],
)
def test_a_subnet_that_does_not_fit_is_refused(
    network: Any, group: str, subnet: dict[str, Any], code: str, refuses: Any
) -> None:
    taken = {"name": "taken", "address_prefix": "10.10.1.0/24"}
    with refuses(code):
        put_network(network, group, taken, subnet)
    put_network(network, group, taken)
    with refuses(code):
        network.subnets.begin_create_or_update(group, "vnet", "s", subnet).result()


def test_rules_need_priorities_of_their_own(network: Any, group: str, refuses: Any) -> None:
    rules = [{"name": "a", **RULE}, {"name": "b", **RULE}]
    with refuses("SecurityRuleConflict"):
        body = {**HERE, "security_rules": rules}
        network.network_security_groups.begin_create_or_update(group, "nsg", body).result()
    rules[1]["priority"] = 101
    network.network_security_groups.begin_create_or_update(group, "nsg", body).result()
    with refuses("SecurityRuleConflict"):
        network.security_rules.begin_create_or_update(group, "nsg", "c", RULE).result()
    outbound = {**RULE, "direction": "Outbound"}
    network.security_rules.begin_create_or_update(group, "nsg", "c", outbound).result()
    network.security_rules.begin_delete(group, "nsg", "a").result()
    found = network.network_security_groups.get(group, "nsg").security_rules
    assert [(each.name, each.priority) for each in found] == [("b", 101), ("c", 100)]
