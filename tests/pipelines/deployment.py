"""Deploys what the pipelines need into a running local cloud, over plain REST.

It does by hand what the Pulumi program declares, so that these tests need no engine.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
from azure.storage.blob import ContainerClient
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service.workspace import ImportFormat

from stack_outputs import StackOutputs
from tests.conftest import RunningCloud

PROJECT = Path(__file__).resolve().parents[2]
SPARK_VERSION = "15.4.x-scala2.12"
DEADLINE_SECONDS = 60


def deploy(cloud: RunningCloud, *, base_name: str) -> StackOutputs:
    """A workspace of each kind, training data, the notebook, and all that joins them."""
    with cloud.http() as http:
        arm = _Arm(http, cloud.environment["AZURE_SUBSCRIPTION_ID"], f"rg-{base_name}")
        training = arm.storage_account(f"st{base_name}tr")
        key = arm.account_key(training)
        arm.put(f"{training['id']}/blobServices/default/containers/trainingdata", "2024-01-01", {})
        ml_workspace = arm.ml_workspace(base_name, cloud.environment["ARM_TENANT_ID"])
        databricks = arm.databricks_workspace(base_name)
        url = f"https://{databricks['properties']['workspaceUrl']}"
        inside = _Databricks(url, cloud.environment["DATABRICKS_TOKEN"])
        arm.attach(ml_workspace, databricks, url, inside.token())
        arm.datastore(ml_workspace, training, key)
    endpoint = training["properties"]["primaryEndpoints"]["blob"]
    with training_container(endpoint, training["name"], key) as container:
        for file in sorted((PROJECT / "data").glob("*.csv")):
            container.upload_blob(file.name, file.read_bytes())
    return StackOutputs(
        subscription_id=cloud.environment["AZURE_SUBSCRIPTION_ID"],
        location="westeurope",
        resource_group_name=f"rg-{base_name}",
        ml_workspace_name=ml_workspace["name"],
        ml_workspace_id=ml_workspace["id"],
        databricks_workspace_id=databricks["id"],
        databricks_workspace_url=url,
        databricks_compute_name="databricks",
        databricks_token_expiry="2099-01-01T00:00:00Z",
        instance_pool_id=inside.instance_pool(),
        spark_version=SPARK_VERSION,
        notebook_folder=inside.notebooks(PROJECT / "notebooks"),
        training_datastore_name="training_data",
        training_storage_account_name=training["name"],
        training_container_name="trainingdata",
        training_blob_endpoint=endpoint,
        training_data_path="diabetes.csv",
    )


def training_container(endpoint: str, account: str, key: str) -> ContainerClient:
    return ContainerClient(
        endpoint, "trainingdata", credential={"account_name": account, "account_key": key}
    )


class _Arm:
    """Azure Resource Manager: puts resources into one group and waits until they are there."""

    def __init__(self, http: httpx.Client, subscription_id: str, group: str) -> None:
        self._http = http
        self._subscription = f"/subscriptions/{subscription_id}"
        self._group = f"{self._subscription}/resourceGroups/{group}"
        self.put(self._group, "2024-03-01", {"location": "westeurope"})

    def put(self, resource_id: str, api_version: str, body: dict[str, Any]) -> dict[str, Any]:
        params = {"api-version": api_version}
        answer = self._http.put(resource_id, params=params, json=body)
        assert answer.is_success, answer.text
        deadline = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < deadline:
            found = self._http.get(resource_id, params=params)
            if found.is_success:
                resource: dict[str, Any] = found.json()
                state = resource.get("properties", {}).get("provisioningState", "Succeeded")
                if state == "Succeeded":
                    return resource
            time.sleep(0.1)
        raise AssertionError(f"{resource_id} was not ready in {DEADLINE_SECONDS} s: {found.text}")

    def provider(self, path: str, api_version: str, body: dict[str, Any]) -> dict[str, Any]:
        body = {"location": "westeurope", **body}
        return self.put(f"{self._group}/providers/Microsoft.{path}", api_version, body)

    def storage_account(self, name: str) -> dict[str, Any]:
        return self.provider(
            f"Storage/storageAccounts/{name}",
            "2024-01-01",
            {"kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
        )

    def account_key(self, account: dict[str, Any]) -> str:
        answer = self._http.post(f"{account['id']}/listKeys", params={"api-version": "2024-01-01"})
        key: str = answer.raise_for_status().json()["keys"][0]["value"]
        return key

    def ml_workspace(self, base_name: str, tenant_id: str) -> dict[str, Any]:
        vault = self.provider(
            f"KeyVault/vaults/kv-{base_name}",
            "2024-11-01",
            {
                "properties": {
                    "tenantId": tenant_id,
                    "sku": {"family": "A", "name": "standard"},
                    "enableRbacAuthorization": True,
                }
            },
        )
        logs = self.provider(
            f"OperationalInsights/workspaces/log-{base_name}",
            "2023-09-01",
            {"properties": {"sku": {"name": "PerGB2018"}}},
        )
        insights = self.provider(
            f"Insights/components/appi-{base_name}",
            "2020-02-02",
            {
                "kind": "web",
                "properties": {"Application_Type": "web", "WorkspaceResourceId": logs["id"]},
            },
        )
        return self.provider(
            f"MachineLearningServices/workspaces/aml-{base_name}",
            "2025-12-01",
            {
                "identity": {"type": "SystemAssigned"},
                "properties": {
                    "storageAccount": self.storage_account(f"st{base_name}")["id"],
                    "keyVault": vault["id"],
                    "applicationInsights": insights["id"],
                },
            },
        )

    def databricks_workspace(self, base_name: str) -> dict[str, Any]:
        managed = f"{self._subscription}/resourceGroups/rg-{base_name}-managed"
        return self.provider(
            f"Databricks/workspaces/dbricks-{base_name}",
            "2026-01-01",
            {
                "sku": {"name": "premium"},
                "properties": {"computeMode": "Hybrid", "managedResourceGroupId": managed},
            },
        )

    def attach(
        self, ml_workspace: dict[str, Any], databricks: dict[str, Any], url: str, token: str
    ) -> None:
        self.put(
            f"{ml_workspace['id']}/computes/databricks",
            "2025-12-01",
            {
                "location": "westeurope",
                "properties": {
                    "computeType": "Databricks",
                    "resourceId": databricks["id"],
                    "properties": {"databricksAccessToken": token, "workspaceUrl": url},
                },
            },
        )

    def datastore(self, ml_workspace: dict[str, Any], account: dict[str, Any], key: str) -> None:
        self.put(
            f"{ml_workspace['id']}/datastores/training_data",
            "2025-12-01",
            {
                "properties": {
                    "datastoreType": "AzureBlob",
                    "accountName": account["name"],
                    "containerName": "trainingdata",
                    "protocol": "https",
                    "credentials": {
                        "credentialsType": "AccountKey",
                        "secrets": {"secretsType": "AccountKey", "key": key},
                    },
                }
            },
        )


class _Databricks:
    """A Databricks workspace, once it answers."""

    def __init__(self, url: str, token: str) -> None:
        self._client = WorkspaceClient(host=url, token=token, auth_type="pat")
        deadline = time.monotonic() + DEADLINE_SECONDS
        while True:
            try:
                self._client.current_user.me()
                return
            except DatabricksError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def token(self) -> str:
        value = self._client.tokens.create(lifetime_seconds=3600).token_value
        assert value is not None
        return value

    def instance_pool(self) -> str:
        pool = self._client.instance_pools.create(
            "features", "Standard_D4ds_v5", preloaded_spark_versions=[SPARK_VERSION]
        )
        assert pool.instance_pool_id is not None
        return pool.instance_pool_id

    def notebooks(self, folder: Path) -> str:
        target = "/dataopsml/of-these-tests"
        self._client.workspace.mkdirs(target)
        for file in folder.glob("*.py"):
            # AUTO tells notebooks from modules by the first line.
            self._client.workspace.upload(
                f"{target}/{file.name}", file.open("rb"), format=ImportFormat.AUTO
            )
        return target
