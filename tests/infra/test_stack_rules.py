"""What holds for every resource of the stack."""

from __future__ import annotations

import pytest
from pulumi_azure_native import resources, storage

from infra import stack_rules
from tests.infra.harness import Deployment, Registered, deploy


def _deploy(*, protect: bool) -> Deployment:
    def program() -> None:
        stack_rules.tag_everything({"owner": "data", "environment": "dev"})
        stack_rules.protect_data(protect=protect)
        group = resources.ResourceGroup(
            "group", resource_group_name="rg", tags={"cost": "42", "owner": "me"}
        )
        account = storage.StorageAccount(
            "account",
            account_name="data",
            resource_group_name=group.name,
            kind=storage.Kind.STORAGE_V2,
            sku=storage.SkuArgs(name=storage.SkuName.STANDARD_LRS),
        )
        storage.Blob(
            "blob",
            blob_name="b",
            account_name=account.name,
            container_name="c",
            resource_group_name=group.name,
        )

    return deploy(program)


@pytest.fixture(scope="module")
def protected() -> Deployment:
    return _deploy(protect=True)


def _by_name(deployment: Deployment) -> dict[str, Registered]:
    return {found.name: found for found in deployment.resources}


def test_what_takes_tags_gets_them_and_keeps_its_own(protected: Deployment) -> None:
    tags = {name: found.inputs.plain.get("tags") for name, found in _by_name(protected).items()}

    assert tags == {
        "group": {"cost": "42", "owner": "data", "environment": "dev"},
        "account": {"owner": "data", "environment": "dev"},
        "blob": None,
    }


def test_what_holds_data_is_protected_and_blobs_are_left_behind(protected: Deployment) -> None:
    assert {name: found.options for name, found in _by_name(protected).items()} == {
        "group": {"protect": True},
        "account": {"protect": True},
        "blob": {"retainOnDelete": True},
    }


def test_without_protection_everything_can_be_destroyed() -> None:
    deployed = _deploy(protect=False)

    assert {name: found.options for name, found in _by_name(deployed).items()} == {
        "group": {},
        "account": {},
        "blob": {},
    }
