"""Paths are read as Azure Resource Manager reads them."""

from __future__ import annotations

import pytest

from localcloud.arm.addresses import Address

GROUP = "/subscriptions/s/resourceGroups/g"


def test_a_resource_group_has_no_provider_in_its_path() -> None:
    address = Address.parse("/subscriptions/s/resourcegroups/g/")
    assert address == Address(
        scope="/subscriptions/s",
        namespace="Microsoft.Resources",
        types=("resourcegroups",),
        names=("g",),
    )
    assert address.is_resource
    assert address.id == "/subscriptions/s/resourcegroups/g"


def test_a_nested_resource_knows_its_parent_group_and_root() -> None:
    path = (
        f"{GROUP}/providers/Microsoft.Storage/storageAccounts/a/blobServices/default/containers/c"
    )
    address = Address.parse(path)
    assert address.id == path
    assert address.type_name == "Microsoft.Storage/storageAccounts/blobServices/containers"
    assert (address.subscription, address.group, address.name) == ("s", "g", "c")
    assert address.parent == Address.parse(path.removesuffix("/containers/c"))
    assert address.root == Address.parse(f"{GROUP}/providers/Microsoft.Storage/storageAccounts/a")


def test_a_collection_has_one_type_more_than_names() -> None:
    address = Address.parse(f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets")
    assert not address.is_resource
    assert address.parent == Address.parse(f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v")


def test_an_extending_resource_has_the_extended_one_as_scope() -> None:
    extended = f"{GROUP}/providers/Microsoft.KeyVault/vaults/v"
    address = Address.parse(f"{extended}/providers/Microsoft.Authorization/roleAssignments/r")
    assert address.scope == extended
    assert (address.subscription, address.group) == ("s", "g")
    assert address.type_name == "Microsoft.Authorization/roleAssignments"


def test_keys_ignore_case() -> None:
    assert Address.parse(GROUP).key == Address.parse(GROUP.upper()).key


@pytest.mark.parametrize("path", ["", "/", "/subscriptions", "nonsense", "/a/b/c/providers"])
def test_what_is_no_resource_is_read_without_failing(path: str) -> None:
    assert not Address.parse(path).is_resource or Address.parse(path).namespace
