"""What a destroyed stack leaves behind, found and purged in a real cloud."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from infra.doctor.findings import error, ok, warning
from infra.doctor.soft_deleted import (
    DeletedVault,
    check_log_analytics,
    check_ml_workspace,
    check_vault,
    judge_deleted_vault,
    purge,
)
from tests.infra.doctor.stacks import stack as example

PURGE = "python -m infra.doctor --stack dev --purge"


@pytest.mark.servers
def test_a_destroyed_stack_leaves_names_behind_and_purging_frees_them(surroundings: Any) -> None:
    azure, stack = surroundings.azure, surroundings.stack
    names = stack.settings.names
    surroundings.put_ml_workspace()
    assert check_ml_workspace(azure, stack).level == "warning"
    surroundings.delete("")

    vault, workspace = check_vault(azure, stack), check_ml_workspace(azure, stack)

    assert (vault.level, vault.command) == ("error", PURGE)
    assert f"az keyvault recover --name {names.key_vault}" in vault.found
    assert workspace == error(
        "Azure ML workspace",
        f"{names.ml_workspace!r} was deleted and keeps its name for 14 days (to have it back: "
        "recover it in the portal, under Recently deleted)",
        PURGE,
    )
    assert check_log_analytics(azure, stack) == warning(
        "Log Analytics",
        f"{names.log_analytics!r} was deleted: the deployment recovers it with its data",
    )
    assert list(purge(azure, stack)) == [
        ok("key vault", f"{names.key_vault!r} is purged"),
        ok("Azure ML workspace", f"{names.ml_workspace!r} is purged"),
    ]
    assert check_vault(azure, stack) == ok("key vault", f"{names.key_vault!r} is free")
    assert check_ml_workspace(azure, stack) == ok(
        "Azure ML workspace", f"{names.ml_workspace!r} is free"
    )
    assert azure.get(azure.group_id(names.resource_group), "2024-03-01") is None
    assert list(purge(azure, stack)) == []


@pytest.mark.servers
def test_the_vault_of_another_group_is_not_purged(surroundings: Any) -> None:
    azure, stack = surroundings.azure, surroundings.stack
    vault = f"Microsoft.KeyVault/vaults/{stack.settings.names.key_vault}"
    elsewhere = replace(surroundings, group=f"rg-other-{stack.settings.base_name}")
    elsewhere.put("", {})
    elsewhere.put_vault()
    elsewhere.delete(vault)
    elsewhere.delete("")

    assert check_vault(azure, stack).level == "error"
    assert list(purge(azure, stack)) == []


def test_a_protected_vault_can_only_be_had_back() -> None:
    deleted = DeletedVault(
        name="kv-sample-dev",
        vault_id="/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv",
        location="westeurope",
        keeps_name_until="2027-01-31T10:00:00Z",
        is_protected=True,
    )

    assert judge_deleted_vault(example(), deleted) == error(
        "key vault",
        "'kv-sample-dev' was deleted and keeps its name until 2027-01-31; it can't be purged "
        "(to have it back: az keyvault recover --name kv-sample-dev)",
        "pulumi config set --stack dev dataopsml:baseName NAME",
    )


@pytest.mark.servers
def test_what_is_in_the_stack_is_its_own(surroundings: Any) -> None:
    azure, stack = surroundings.azure, surroundings.stack
    arm_id = surroundings.put_vault()
    owner = replace(stack, owned=frozenset({arm_id.lower()}))

    assert check_vault(azure, owner) == ok(
        "key vault", f"{stack.settings.names.key_vault!r} is in the stack"
    )
