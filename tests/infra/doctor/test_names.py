"""Names that must be free, asked of a real cloud."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from infra.doctor.findings import error, ok, warning
from infra.doctor.names import (
    ADOPT,
    check_groups,
    check_ml_storage,
    check_registry,
    check_training_storage,
)

pytestmark = pytest.mark.servers

ACCOUNT = {"kind": "StorageV2", "sku": {"name": "Standard_LRS"}}


def test_names_of_a_new_stack_are_free(surroundings: Any) -> None:
    azure, stack = surroundings.azure, surroundings.stack
    names = stack.settings.names

    assert check_ml_storage(azure, stack) == ok(
        "ML storage account", f"{names.ml_storage_account!r} is free"
    )
    assert check_training_storage(azure, stack) == ok(
        "data storage account", f"{names.training_storage_account!r} is free"
    )
    assert check_registry(azure, stack) == ok(
        "container registry", f"{names.container_registry!r} is free"
    )


def test_a_name_that_someone_else_has_needs_another_base_name(surroundings: Any) -> None:
    azure, stack = surroundings.azure, surroundings.stack
    name = stack.settings.names.ml_storage_account
    elsewhere = azure.group_id(f"rg-other-{stack.settings.base_name}")
    http, version = surroundings.http, {"api-version": "2024-03-01"}
    http.put(elsewhere, params=version, json={"location": "westeurope"}).raise_for_status()
    http.put(
        f"{elsewhere}/providers/Microsoft.Storage/storageAccounts/{name}",
        params={"api-version": "2024-01-01"},
        json={"location": "westeurope", **ACCOUNT},
    ).raise_for_status()

    found = check_ml_storage(azure, stack)

    http.delete(elsewhere, params=version).raise_for_status()
    assert (found.level, found.command) == (
        "error",
        "pulumi config set --stack dev dataopsml:baseName NAME",
    )
    assert found.found.startswith(f"{name!r} is taken: The storage account named {name}")


def test_what_exists_outside_of_the_stack_has_to_be_imported(surroundings: Any) -> None:
    azure, stack = surroundings.azure, surroundings.stack
    name = stack.settings.names.ml_storage_account
    arm_id = surroundings.put(f"Microsoft.Storage/storageAccounts/{name}", ACCOUNT)

    assert check_ml_storage(azure, stack) == warning(
        "ML storage account", f"{name!r} exists, but not in the stack: it has to be imported", ADOPT
    )
    owner = replace(stack, owned=frozenset({arm_id.lower()}))
    assert check_ml_storage(azure, owner) == ok("ML storage account", f"{name!r} is in the stack")


def test_the_group_that_databricks_makes_must_not_exist(surroundings: Any) -> None:
    azure, stack = surroundings.azure, surroundings.stack
    names = stack.settings.names
    http, version = surroundings.http, {"api-version": "2024-03-01"}
    assert check_groups(azure, stack) == warning(
        "resource groups",
        f"{names.resource_group!r} exists, but not in the stack: it has to be imported",
        ADOPT,
    )
    managed = azure.group_id(names.databricks_resource_group)
    http.put(managed, params=version, json={"location": "westeurope"}).raise_for_status()

    found = check_groups(azure, stack)

    http.delete(managed, params=version).raise_for_status()
    assert found == error(
        "resource groups",
        f"{names.databricks_resource_group!r} exists, and Databricks must make it itself",
        f"az group delete --name {names.databricks_resource_group}",
    )
