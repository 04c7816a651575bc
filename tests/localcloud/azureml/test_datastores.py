"""Datastores in the shape of SDK v1."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from localcloud.azureml.scope import Workspace

SECTION = {
    "accountName": "stx",
    "containerName": "data",
    "credentialType": "AccountKey",
    "credential": "a2V5",
}
LAKE = {"name": "lake", "dataStoreType": "AzureBlob", "azureStorageSection": SECTION}


@pytest.fixture
def api(local_workspace: Workspace) -> str:
    """Path of the datastore API of the workspace."""
    return f"/datastore/v1.0{local_workspace.id}"


def test_a_registered_datastore_is_also_an_arm_resource_without_its_key(
    azureml: TestClient, api: str, local_workspace: Workspace
) -> None:
    assert azureml.post(f"{api}/datastores", json=LAKE).status_code == 200
    assert local_workspace.child("datastores", "lake") == {
        "id": f"{local_workspace.id}/datastores/lake",
        "name": "lake",
        "type": "Microsoft.MachineLearningServices/workspaces/datastores",
        "properties": {
            "datastoreType": "AzureBlob",
            "accountName": "stx",
            "containerName": "data",
            "endpoint": "localhost:20002",
            "protocol": "https",
            "credentials": {"credentialsType": "AccountKey"},
            "isDefault": False,
            "tags": {},
        },
    }
    assert local_workspace.child_secret("datastores", "lake") == {"accountKey": "a2V5"}


def test_a_taken_name_is_refused_in_the_words_that_the_sdk_knows(
    azureml: TestClient, api: str
) -> None:
    azureml.post(f"{api}/datastores", json=LAKE)
    answer = azureml.post(f"{api}/datastores", json=LAKE)
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        400,
        "Another datastore with the same name already exists",
    )


def test_a_list_shows_keys_only_if_asked_for(azureml: TestClient, api: str) -> None:
    def keys(query: str) -> list[Any]:
        found = azureml.get(f"{api}/datastores{query}").json()["value"]
        return [each["azureStorageSection"]["accountKey"] for each in found]

    assert (keys(""), keys("?includeSecret=true")) == ([None], ["a2V5"])


def test_another_datastore_can_become_the_default(azureml: TestClient, api: str) -> None:
    azureml.post(f"{api}/datastores", json=LAKE)
    assert azureml.get(f"{api}/default").json()["name"] == "workspaceblobstore"
    azureml.put(f"{api}/default/lake").raise_for_status()
    assert azureml.get(f"{api}/default").json()["name"] == "lake"


def test_the_default_cant_be_deleted_but_others_can(azureml: TestClient, api: str) -> None:
    azureml.post(f"{api}/datastores", json=LAKE)
    assert azureml.delete(f"{api}/datastores/workspaceblobstore").status_code == 400
    assert azureml.delete(f"{api}/datastores/lake").status_code == 200
    assert azureml.get(f"{api}/datastores/lake").status_code == 404


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"dataStoreType": "DBFS", "azureStorageSection": None},
            "datastore 'lake': localcloud has AzureBlob datastores only, not 'DBFS'",
        ),
        (
            {"azureStorageSection": {**SECTION, "credentialType": "Sas"}},
            "datastore 'lake': localcloud takes an account key, not a credential of type 'Sas'",
        ),
    ],
)
def test_what_localcloud_cant_use_is_refused(
    azureml: TestClient, api: str, change: dict[str, Any], message: str
) -> None:
    answer = azureml.post(f"{api}/datastores", json={**LAKE, **change})
    assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)
