"""Fixtures: the Azure ML server in this process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi.testclient import TestClient

from localcloud.azureml import create_app
from localcloud.azureml.blob_datastores import DatastoreBody, StorageSection, put_blob_datastore
from localcloud.azureml.scope import RESOURCE, SCOPE, SECRET, Workspace
from localcloud.cloud import Cloud
from localcloud.tokens import (
    ARM_AUDIENCE,
    SUBSCRIPTION_ID,
)


@pytest.fixture
def local_workspace(in_process: Cloud) -> Workspace:
    """A workspace with a default datastore and the attached compute ``adb``."""
    resource_id = SCOPE.format(
        subscription_id=SUBSCRIPTION_ID, resource_group="rg-unit", workspace_name="aml-unit"
    )
    resource = {
        "id": resource_id,
        "name": "aml-unit",
        "type": "Microsoft.MachineLearningServices/workspaces",
        "location": "westeurope",
        "properties": {"workspaceId": "7b1e0000-0000-4000-8000-000000000001"},
    }
    in_process.store.put(RESOURCE, resource_id.lower(), resource)
    workspace = Workspace(in_process, resource)
    section = StorageSection(
        account_name="stunit",
        container_name="blobs",
        credential_type="AccountKey",
        credential="a2V5",
    )
    body = DatastoreBody(
        name="workspaceblobstore", data_store_type="AzureBlob", azure_storage_section=section
    )
    put_blob_datastore(workspace, body, default=True)
    compute = {
        "id": f"{resource_id}/computes/adb",
        "name": "adb",
        "location": "westeurope",
        "properties": {"computeType": "Databricks", "resourceId": "/subscriptions/none"},
    }
    in_process.store.put(RESOURCE, workspace.child_key("computes", "adb"), compute)
    in_process.store.put(
        SECRET, workspace.child_key("computes", "adb"), {"databricksAccessToken": "dapi"}
    )
    return workspace


@pytest.fixture
def azureml(local_workspace: Workspace) -> TestClient:
    """A client of the Azure ML server in this process, with a token."""
    cloud = local_workspace.cloud
    return TestClient(
        create_app(cloud),
        base_url=cloud.home.azureml_url,
        headers={"Authorization": f"Bearer {cloud.tokens.issue(ARM_AUDIENCE)}"},
    )


@dataclass(frozen=True)
class Poster:
    """Posts what the SDK posts, to the server in this process."""

    client: TestClient
    workspace: Workspace

    @property
    def api(self) -> str:
        """Path of the pipelines API of the workspace."""
        return f"/pipelines/v1.0{self.workspace.id}"

    def post(self, path: str, body: Any = None) -> Any:
        """Post to the pipelines API; returns the reply, which must be a success."""
        answer = self.client.post(self.api + path, json=body)
        assert answer.status_code == 200, answer.text
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        """Get from the pipelines API; returns the reply, which must be a success."""
        answer = self.client.get(self.api + path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def module(self, name: str, **fields: Any) -> str:
        """The definition of a step; returns its id."""
        body = {
            "Name": name,
            "ModuleExecutionType": "databrickscloud",
            "StepType": "DatabricksStep",
            "StructuredInterface": {},
            **fields,
        }
        return str(self.post("/Modules", body)["Id"])

    def source(self, datastore: str, path: str) -> str:
        """A path in a datastore as a source of data; returns its id."""
        body = {"DataStoreName": datastore, "PathOnDataStore": path}
        return str(self.post("/DataSources", body)["Id"])

    def node(
        self,
        node_id: str,
        *,
        parameters: dict[str, Any] | None = None,
        settings: dict[str, Any] | None = None,
        outputs: Sequence[dict[str, Any]] = (),
        **fields: Any,
    ) -> dict[str, Any]:
        """A step of a graph. A value in a list names a pipeline parameter."""
        return {
            "Id": node_id,
            "ModuleId": self.module(node_id),
            "ModuleParameters": _assignments({"notebook_path": "/n", **(parameters or {})}),
            "ModuleMetadataParameters": _assignments({"compute_name": "adb", **(settings or {})}),
            "ModuleOutputSettings": list(outputs),
            **fields,
        }


def _assignments(values: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"Name": name, "Value": value[0], "ValueType": "1"}
        if isinstance(value, list)
        else {"Name": name, "Value": value, "ValueType": "0"}
        for name, value in values.items()
    ]


@pytest.fixture
def poster(azureml: TestClient, local_workspace: Workspace) -> Poster:
    """Posts what the SDK posts, to the server in this process."""
    return Poster(azureml, local_workspace)
