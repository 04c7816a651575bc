"""From a Terraform state to an import file."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.adopt import Resource, StateError, adopt, read_state

GROUP = "/subscriptions/s/resourceGroups/rg-sample-dev-main"


def resource(kind: str, arm_id: str, module: str = "module.azureml") -> Resource:
    return Resource(address=f"{module}.{kind}.main", type=kind, attributes={"id": arm_id})


def test_ids_get_azures_own_case_and_components_become_parents() -> None:
    vault = f"{GROUP}/providers/microsoft.keyvault/Vaults/kv-sample-dev"

    adoption = adopt([resource("azurerm_key_vault", vault)])

    assert [{**each, "version": "v"} for each in adoption.resources[1:]] == [
        {
            "type": "azure-native:keyvault:Vault",
            "name": "ml-vault",
            "id": f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-sample-dev",
            "parent": "ml",
            "version": "v",
        }
    ]
    assert adoption.resources[0] == {
        "type": "dataopsml:infra:MlWorkspace",
        "name": "ml",
        "component": True,
    }


def test_the_two_storage_accounts_are_told_apart_by_their_module() -> None:
    accounts = f"{GROUP}/providers/Microsoft.Storage/storageAccounts"

    adoption = adopt(
        [
            resource("azurerm_storage_account", f"{accounts}/stsampledev"),
            resource(
                "azurerm_storage_account", f"{accounts}/stsampletrdev", "module.training-data"
            ),
        ]
    )

    names = {each["name"]: str(each["id"])[-8:] for each in adoption.resources if "id" in each}
    assert names == {"ml-storage": "ampledev", "training-storage": "pletrdev"}


def test_what_the_program_does_not_declare_is_named_and_left_out() -> None:
    adoption = adopt(
        [
            resource("azurerm_kubernetes_cluster", f"{GROUP}/x"),
            resource("azurerm_storage_blob", "https://account/container/blob"),
        ]
    )

    assert adoption.resources == []
    assert adoption.left_out == [
        "module.azureml.azurerm_kubernetes_cluster.main is left out: the program declares nothing "
        "like it",
        "module.azureml.azurerm_storage_blob.main is left out: its content can't be read back; "
        "the deployment uploads it again",
    ]


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"version": 3}', '{"version": 4}', '{"version": 4, "resources": [{}]}'],
)
def test_a_broken_file_is_one_clear_error(text: str) -> None:
    with pytest.raises(StateError, match=r"^x\.tfstate: ") as refusal:
        read_state(text, "x.tfstate")

    assert "\n" not in str(refusal.value)


def test_the_command_line_prints_no_traceback(project_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "terraform.tfstate"
    file.write_text(json.dumps({"version": 4, "resources": []}))
    for path, code in ((file, 0), (tmp_path / "nowhere", 1)):
        done = subprocess.run(
            [sys.executable, "-m", "infra.adopt", str(path)],
            cwd=project_dir,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, "Traceback" in done.stderr) == (code, False)
