"""Attached computes in the shape of the SDK."""

from __future__ import annotations

from fastapi.testclient import TestClient

from localcloud.azureml.scope import Workspace


def test_a_compute_has_every_field_that_the_sdk_reads(
    azureml: TestClient, local_workspace: Workspace
) -> None:
    found = azureml.get(f"/rp/workspaces{local_workspace.id}/computes/adb").json()
    assert found == {
        "id": f"{local_workspace.id}/computes/adb",
        "name": "adb",
        "location": "westeurope",
        "tags": {},
        "properties": {
            "computeType": "Databricks",
            "resourceId": "/subscriptions/none",
            "description": None,
            "provisioningState": "Succeeded",
            "provisioningErrors": None,
            "isAttachedCompute": True,
            "properties": {},
        },
    }
    listed = azureml.get(f"/rp/workspaces{local_workspace.id}/computes").json()
    assert listed == {"value": [found]}


def test_a_compute_that_is_not_attached_is_not_found(
    azureml: TestClient, local_workspace: Workspace
) -> None:
    answer = azureml.get(f"/rp/workspaces{local_workspace.id}/computes/other")
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        404,
        "compute 'other' was not found in this workspace",
    )
