"""Name rules have Azure's limits."""

from __future__ import annotations

import pytest

from localcloud.arm.registry import of

GOOD = {
    "Microsoft.Resources/resourceGroups": ["r", "rg-a_(b).c", "r" * 90],
    "Microsoft.Network/virtualNetworks": ["v", "vnet-a.b_", "v" * 80],
    "Microsoft.OperationalInsights/workspaces": ["logs", "l-" + "g" * 61],
    "Microsoft.KeyVault/vaults": ["kv-1", "k" * 24],
    "Microsoft.Storage/storageAccounts": ["st1", "0" * 24],
    "Microsoft.Storage/storageAccounts/blobServices/containers": ["abc", "a-b", "$root", "c" * 63],
    "Microsoft.ContainerRegistry/registries": ["acr01", "A" * 50],
    "Microsoft.Databricks/workspaces": ["dbw", "d_" + "b" * 62],
    "Microsoft.MachineLearningServices/workspaces": ["aml", "a-_" + "b" * 30],
    "Microsoft.MachineLearningServices/workspaces/computes": ["dbx", "a-0123456789-bc"],
    "Microsoft.MachineLearningServices/workspaces/datastores": ["training_data"],
    "Microsoft.ManagedIdentity/userAssignedIdentities": ["id-1", "i" * 128],
    "Microsoft.Authorization/roleAssignments": ["10ca1000-0000-4000-8000-000000000001"],
}
BAD = {
    "Microsoft.Resources/resourceGroups": ["ends.", "a b", "r" * 91],
    "Microsoft.Network/virtualNetworks": ["-v", "v-", "v" * 81],
    "Microsoft.OperationalInsights/workspaces": ["log", "-logs", "logs-", "l" * 64],
    "Microsoft.KeyVault/vaults": ["kv", "1kv", "k--v", "kv-", "k" * 25, "k_v"],
    "Microsoft.Storage/storageAccounts": ["st", "ST1", "st-1", "0" * 25],
    "Microsoft.Storage/storageAccounts/blobServices/containers": ["ab", "a--b", "-ab", "Abc"],
    "Microsoft.ContainerRegistry/registries": ["acr1", "acr-01", "A" * 51],
    "Microsoft.Databricks/workspaces": ["db", "d b", "d" * 65],
    "Microsoft.MachineLearningServices/workspaces": ["am", "_aml", "a" * 34],
    "Microsoft.MachineLearningServices/workspaces/computes": ["a", "1ab", "ab-", "a" * 17],
    "Microsoft.MachineLearningServices/workspaces/datastores": ["training-data", ""],
    "Microsoft.ManagedIdentity/userAssignedIdentities": ["id", "-id", "i" * 129],
    "Microsoft.Authorization/roleAssignments": ["mine", "10ca1000000040008000000000000001"],
}


@pytest.mark.parametrize(
    ("type_name", "name"), [(t, n) for t, names in GOOD.items() for n in names]
)
def test_a_good_name_is_taken(type_name: str, name: str) -> None:
    assert of(type_name).naming.problem(name) == ""


@pytest.mark.parametrize(("type_name", "name"), [(t, n) for t, names in BAD.items() for n in names])
def test_a_bad_name_is_refused_with_the_rule(type_name: str, name: str) -> None:
    rule = of(type_name).naming
    assert rule.problem(name) == f"The name '{name}' is not valid: {rule.says}."
