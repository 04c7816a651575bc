"""Fixtures: a laboratory in a started cloud, for the real Azure ML SDK."""

from __future__ import annotations

import base64
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from azure.storage.blob import ContainerClient
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.workspace import ImportFormat, Language

from localcloud.azureml.scope import SCOPE
from localcloud.tokens import DATABRICKS_AUDIENCE, SUBSCRIPTION_ID, TENANT_ID

RESOURCE_GROUP = "rg-lab"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{RESOURCE_GROUP}"
CONTAINER = "trainingdata"
SPARK_VERSION = "15.4.x-scala2.12"


@dataclass(frozen=True)
class Lab:
    """An Azure ML workspace, a Databricks workspace attached to it, and a container with data.

    Attributes:
        cloud: the started cloud.
        workspace: ``azureml.core.Workspace``.
        databricks: client of the attached Databricks workspace.
        account_key: key of the storage account of the container.
    """

    cloud: Any
    workspace: Any
    databricks: WorkspaceClient
    pool_id: str
    account: str
    account_key: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def path(self) -> str:
        """Path of the workspace in every API."""
        return SCOPE.format(
            subscription_id=SUBSCRIPTION_ID,
            resource_group=RESOURCE_GROUP,
            workspace_name=self.workspace.name,
        )

    @property
    def http(self) -> Any:
        """A plain HTTP client of the Azure ML server, with a token."""
        return self.cloud.http(self.cloud.home.azureml_url)

    @property
    def compute(self) -> Any:
        """The attached Databricks workspace, for a step."""
        return self.workspace.compute_targets["adb"]

    @property
    def datastore(self) -> Any:
        """The datastore of the container."""
        return self.workspace.datastores["training"]

    @property
    def container(self) -> ContainerClient:
        """The container itself."""
        return ContainerClient(
            self.cloud.home.blob_endpoint(self.account), CONTAINER, credential=self.credential
        )

    @property
    def credential(self) -> dict[str, str]:
        """What opens the storage account."""
        return {"account_name": self.account, "account_key": self.account_key}

    def notebook(self, *lines: str) -> str:
        """Import a Python notebook; returns its path."""
        path = f"/Shared/lab-{next(self._numbers)}"
        source = "\n".join(("# Databricks notebook source", *lines))
        self.databricks.workspace.import_(
            path,
            content=base64.b64encode(source.encode()).decode(),
            format=ImportFormat.SOURCE,
            language=Language.PYTHON,
        )
        return path

    def step(self, name: str, notebook: str, **options: Any) -> Any:
        """A DatabricksStep on the attached workspace."""
        from azureml.pipeline.steps import DatabricksStep

        return DatabricksStep(
            name=name,
            notebook_path=notebook,
            compute_target=options.pop("compute_target", None) or self.compute,
            instance_pool_id=self.pool_id,
            num_workers=1,
            spark_version=SPARK_VERSION,
            allow_reuse=False,
            **options,
        )

    def pipeline(self, *steps: Any) -> Any:
        """A pipeline of these steps."""
        from azureml.pipeline.core import Pipeline

        return Pipeline(self.workspace, steps=list(steps))

    def experiment(self, name: str = "lab") -> Any:
        """An experiment."""
        from azureml.core import Experiment

        return Experiment(self.workspace, name)


@pytest.fixture(scope="session")
def lab(cloud: Any) -> Lab:
    """One laboratory for all tests of this folder. It ends with the cloud."""
    with cloud.http() as arm:
        arm.put(f"{GROUP_ID}?api-version=2024-03-01", json={"location": "westeurope"})
        key = _make_storage(arm, cloud, "stlab")
        databricks_url = _make_databricks(arm)
        _make_ml_workspace(arm, "stlab")
        databricks = WorkspaceClient(host=databricks_url, token=cloud.token(DATABRICKS_AUDIENCE))
        token = databricks.tokens.create(comment="lab").token_value
        _attach(arm, token)
        _register(arm, cloud, key)
    pool = databricks.instance_pools.create(
        instance_pool_name="lab",
        node_type_id="Standard_D4ds_v5",
        idle_instance_autotermination_minutes=10,
        min_idle_instances=1,
        preloaded_spark_versions=[SPARK_VERSION],
    )
    # The SDK reads the cloud's metadata when it is imported: not before the cloud runs.
    from azureml.core import Workspace as SdkWorkspace
    from azureml.core.authentication import TokenAuthentication

    workspace = SdkWorkspace.get(
        "aml-lab",
        auth=TokenAuthentication(get_token_for_audience=cloud.token),
        subscription_id=SUBSCRIPTION_ID,
        resource_group=RESOURCE_GROUP,
    )
    return Lab(
        cloud=cloud,
        workspace=workspace,
        databricks=databricks,
        pool_id=str(pool.instance_pool_id),
        account="stlab",
        account_key=key,
    )


def _make_storage(arm: Any, cloud: Any, account: str) -> str:
    path = f"{GROUP_ID}/providers/Microsoft.Storage/storageAccounts/{account}"
    body = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    _put(arm, path, "2024-01-01", body)
    keys = arm.post(f"{path}/listKeys?api-version=2024-01-01").raise_for_status().json()["keys"]
    key = str(keys[0]["value"])
    credential = {"account_name": account, "account_key": key}
    with ContainerClient(
        cloud.home.blob_endpoint(account), CONTAINER, credential=credential
    ) as container:
        container.create_container()
        container.upload_blob("diabetes.csv", b"AGE,BMI\n59,32.1\n48,21.6\n")
    return key


def _make_databricks(arm: Any) -> str:
    path = f"{GROUP_ID}/providers/Microsoft.Databricks/workspaces/adb-lab"
    managed = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{RESOURCE_GROUP}-managed"
    body = {
        "location": "westeurope",
        "sku": {"name": "premium"},
        "properties": {"computeMode": "Hybrid", "managedResourceGroupId": managed},
    }
    resource = _put(arm, path, "2026-01-01", body)
    return f"https://{resource['properties']['workspaceUrl']}"


def _make_ml_workspace(arm: Any, account: str) -> None:
    vault = f"{GROUP_ID}/providers/Microsoft.KeyVault/vaults/kv-lab"
    logs = f"{GROUP_ID}/providers/Microsoft.OperationalInsights/workspaces/log-lab"
    insights = f"{GROUP_ID}/providers/Microsoft.Insights/components/appi-lab"
    vault_properties = {
        "tenantId": TENANT_ID,
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": True,
    }
    _put(arm, vault, "2024-11-01", {"location": "westeurope", "properties": vault_properties})
    _put(arm, logs, "2023-09-01", {"location": "westeurope", "properties": {}})
    insights_properties = {"Application_Type": "web", "WorkspaceResourceId": logs}
    body = {"location": "westeurope", "kind": "web", "properties": insights_properties}
    _put(arm, insights, "2020-02-02", body)
    workspace = {
        "storageAccount": f"{GROUP_ID}/providers/Microsoft.Storage/storageAccounts/{account}",
        "keyVault": vault,
        "applicationInsights": insights,
    }
    path = f"{GROUP_ID}/providers/Microsoft.MachineLearningServices/workspaces/aml-lab"
    body = {
        "location": "westeurope",
        "identity": {"type": "SystemAssigned"},
        "properties": workspace,
    }
    _put(arm, path, "2025-12-01", body)


def _attach(arm: Any, token: str | None) -> None:
    ml = f"{GROUP_ID}/providers/Microsoft.MachineLearningServices/workspaces/aml-lab"
    properties = {
        "computeType": "Databricks",
        "resourceId": f"{GROUP_ID}/providers/Microsoft.Databricks/workspaces/adb-lab",
        "properties": {"databricksAccessToken": token},
    }
    body = {"location": "westeurope", "properties": properties}
    _put(arm, f"{ml}/computes/adb", "2025-12-01", body)


def _register(arm: Any, cloud: Any, key: str) -> None:
    ml = f"{GROUP_ID}/providers/Microsoft.MachineLearningServices/workspaces/aml-lab"
    credentials = {
        "credentialsType": "AccountKey",
        "secrets": {"secretsType": "AccountKey", "key": key},
    }
    properties = {
        "datastoreType": "AzureBlob",
        "accountName": "stlab",
        "containerName": CONTAINER,
        "endpoint": cloud.home.storage_suffix,
        "credentials": credentials,
    }
    _put(arm, f"{ml}/datastores/training", "2025-12-01", {"properties": properties})


def _put(arm: Any, path: str, api_version: str, body: dict[str, Any]) -> dict[str, Any]:
    """Make a resource and wait for it; returns what GET shows then."""
    url = f"{path}?api-version={api_version}"
    answer = arm.put(url, json=body)
    assert answer.is_success, answer.text
    for _ in range(600):
        shown = arm.get(url)
        if shown.status_code == 200:
            resource: dict[str, Any] = shown.json()
            state = resource["properties"].get("provisioningState", "Succeeded")
            assert state != "Failed", resource
            if state == "Succeeded":
                return resource
        time.sleep(0.1)
    raise AssertionError(f"{path} was not made: {shown.text}")
