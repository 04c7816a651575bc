"""Azure ML workspaces, attached computes and datastores, over plain HTTP."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from localcloud.tokens import SUBSCRIPTION_ID, TENANT_ID

pytestmark = pytest.mark.servers

HERE = {"location": "westeurope"}
ML = {"api-version": "2025-12-01"}
TOKEN = "dapi-not-to-be-seen"


class Arm:
    """Resources of one group over plain HTTP."""

    def __init__(self, client: httpx.Client, group: str) -> None:
        self.client = client
        self.suffix = group.removeprefix("rg-")
        self.base = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{group}/providers"

    def put(self, path: str, version: str, body: dict[str, Any], **query: str) -> Any:
        """PUT a resource, wait until it is ready, and read it."""
        url, params = f"{self.base}/{path}", {"api-version": version}
        answer = self.client.put(url, params={**params, **query}, json=body).raise_for_status()
        self.wait(answer)
        return self.client.get(url, params=params).raise_for_status().json()

    def wait(self, answer: httpx.Response) -> None:
        """Wait for the operation of an answer, whichever header tells of it."""
        status_url = answer.headers.get("Azure-AsyncOperation")
        while status_url:
            status = self.client.get(status_url).raise_for_status().json()
            if status["status"] != "InProgress":
                assert status["status"] == "Succeeded", status
                return
            time.sleep(0.05)
        while answer.status_code == 202:
            time.sleep(0.05)
            answer = self.client.get(answer.headers["Location"]).raise_for_status()

    def refusal(self, path: str, body: dict[str, Any]) -> tuple[int, str]:
        """Status and code with which a PUT is refused."""
        answer = self.client.put(f"{self.base}/{path}", params=ML, json=body)
        return answer.status_code, answer.json()["error"]["code"]


@pytest.fixture
def arm(cloud: Any, group: str) -> Iterator[Arm]:
    with cloud.http() as client:
        yield Arm(client, group)


@pytest.fixture
def account(arm: Arm) -> Any:
    body = {**HERE, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    return arm.put(f"Microsoft.Storage/storageAccounts/st{arm.suffix}", "2024-01-01", body)


@pytest.fixture
def parts(arm: Arm, account: Any) -> dict[str, str]:
    """The ids of what a workspace depends on."""
    logs = arm.put("Microsoft.OperationalInsights/workspaces/logs", "2023-09-01", HERE)
    insights = {**HERE, "kind": "web", "properties": {"WorkspaceResourceId": logs["id"]}}
    vault = {
        "tenantId": TENANT_ID,
        "sku": {"family": "A", "name": "standard"},
        "enableRbacAuthorization": True,
    }
    return {
        "storageAccount": account["id"],
        "keyVault": arm.put(
            f"Microsoft.KeyVault/vaults/kv-{arm.suffix}",
            "2024-11-01",
            {**HERE, "properties": vault},
        )["id"],
        "applicationInsights": arm.put("Microsoft.Insights/components/ai", "2020-02-02", insights)[
            "id"
        ],
        "containerRegistry": arm.put(
            f"Microsoft.ContainerRegistry/registries/acr{arm.suffix}",
            "2023-01-01-preview",
            {**HERE, "sku": {"name": "Basic"}},
        )["id"],
    }


def workspace_path(name: str = "aml") -> str:
    return f"Microsoft.MachineLearningServices/workspaces/{name}"


@pytest.fixture
def workspace(arm: Arm, parts: dict[str, str]) -> Any:
    body = {**HERE, "identity": {"type": "SystemAssigned"}, "properties": parts}
    return arm.put(workspace_path(), ML["api-version"], body)


@pytest.fixture
def databricks(arm: Arm) -> Any:
    managed = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg-{arm.suffix}-managed"
    properties = {"computeMode": "Hybrid", "managedResourceGroupId": managed}
    body = {**HERE, "sku": {"name": "premium"}, "properties": properties}
    return arm.put("Microsoft.Databricks/workspaces/dbw", "2026-01-01", body)


def attachment(databricks: Any, **inner: Any) -> dict[str, Any]:
    return {
        **HERE,
        "properties": {
            "computeType": "Databricks",
            "resourceId": databricks["id"],
            "properties": {"databricksAccessToken": TOKEN, **inner},
        },
    }


def test_a_workspace_tells_where_its_services_are(
    workspace: Any, parts: dict[str, str], cloud: Any, arm: Arm
) -> None:
    properties = workspace["properties"]
    assert properties["provisioningState"] == "Succeeded"
    assert properties["discoveryUrl"] == f"{cloud.home.azureml_url}/discovery"
    assert {name: properties[name] for name in parts} == parts
    assert workspace["identity"]["tenantId"] == TENANT_ID
    assert workspace["identity"]["principalId"]
    older = arm.client.get(workspace["id"], params={"api-version": "2022-05-01"}).json()
    assert older == workspace


def test_a_workspace_has_its_default_datastore(workspace: Any, arm: Arm, account: Any) -> None:
    listed = arm.client.get(f"{workspace['id']}/datastores", params=ML).json()["value"]
    assert [each["name"] for each in listed] == ["workspaceblobstore"]
    assert listed[0]["properties"]["accountName"] == account["name"]


def test_a_repeated_put_keeps_the_workspace(
    workspace: Any, parts: dict[str, str], arm: Arm
) -> None:
    body = {**HERE, "identity": {"type": "SystemAssigned"}, "properties": parts, "tags": {"a": "b"}}
    again = arm.put(workspace_path(), ML["api-version"], body)
    assert again["properties"] == workspace["properties"]
    assert again["identity"] == workspace["identity"]
    assert again["tags"] == {"a": "b"}


def test_a_deleted_workspace_keeps_its_name_until_it_is_purged(
    workspace: Any, parts: dict[str, str], arm: Arm
) -> None:
    listed_at = f"/subscriptions/{SUBSCRIPTION_ID}/providers/{workspace['type']}"

    def states() -> list[str]:
        listed = arm.client.get(listed_at, params=ML).raise_for_status().json()["value"]
        mine = [each for each in listed if each["id"] == workspace["id"]]
        return [each["properties"]["provisioningState"] for each in mine]

    body = {**HERE, "identity": {"type": "SystemAssigned"}, "properties": parts}
    assert states() == ["Succeeded"]
    arm.wait(arm.client.delete(workspace["id"], params=ML).raise_for_status())
    assert arm.client.get(workspace["id"], params=ML).status_code == 404
    assert states() == ["SoftDeleted"]
    assert arm.client.get(f"{arm.base}/{workspace['type']}", params=ML).json()["value"] == []
    assert arm.refusal(workspace_path(), body) == (400, "BadRequest")
    for_good = {**ML, "forceToPurge": "true"}
    arm.client.delete(workspace["id"], params=for_good).raise_for_status()
    assert states() == []
    again = arm.put(workspace_path(), ML["api-version"], body)
    assert again["properties"]["workspaceId"] != workspace["properties"]["workspaceId"]
    arm.wait(arm.client.delete(workspace["id"], params=for_good).raise_for_status())
    assert states() == []


@pytest.mark.parametrize("missing", ["storageAccount", "keyVault", "applicationInsights"])
def test_a_workspace_without_what_it_depends_on_is_refused(
    arm: Arm, parts: dict[str, str], missing: str
) -> None:
    without = {name: value for name, value in parts.items() if name != missing}
    wrong = {**parts, missing: parts["containerRegistry"]}
    path = workspace_path("aml-2")
    assert arm.refusal(path, {**HERE, "properties": without}) == (400, "ValidationError")
    refused = arm.refusal(path, {**HERE, "properties": wrong})
    assert refused == (400, "InvalidResourceReference")


def test_a_default_account_with_hierarchical_namespace_is_refused(
    arm: Arm, parts: dict[str, str]
) -> None:
    properties = {"isHnsEnabled": True}
    body = {**HERE, "kind": "StorageV2", "sku": {"name": "Standard_LRS"}, "properties": properties}
    lake = arm.put(f"Microsoft.Storage/storageAccounts/la{arm.suffix}", "2024-01-01", body)
    wanted = {**HERE, "properties": {**parts, "storageAccount": lake["id"]}}
    assert arm.refusal(workspace_path("aml-2"), wanted) == (400, "ValidationError")


def test_an_attached_databricks_shows_its_token_to_list_keys_only(
    arm: Arm, workspace: Any, databricks: Any, cloud: Any
) -> None:
    path = f"{workspace_path()}/computes/dbx"
    made = arm.put(path, ML["api-version"], attachment(databricks))
    assert made["properties"]["provisioningState"] == "Succeeded"
    assert made["properties"]["isAttachedCompute"] is True
    assert made["properties"]["properties"] == {
        "workspaceUrl": databricks["properties"]["workspaceUrl"]
    }
    keys = arm.client.post(f"{made['id']}/listKeys", params=ML).json()
    assert keys == {"computeType": "Databricks", "databricksAccessToken": TOKEN}
    assert TOKEN not in (cloud.home.logs / "server.log").read_text()
    arm.put(path, ML["api-version"], attachment(databricks, databricksAccessToken="dapi-new"))
    keys = arm.client.post(f"{made['id']}/listKeys", params=ML).json()
    assert keys["databricksAccessToken"] == "dapi-new"
    arm.wait(arm.client.delete(made["id"], params=ML))
    assert arm.client.get(made["id"], params=ML).status_code == 404


def test_a_wrong_attachment_is_refused(arm: Arm, workspace: Any, databricks: Any) -> None:
    path = f"{workspace_path()}/computes/dbx"
    without_token = attachment(databricks, databricksAccessToken=None)
    elsewhere = attachment({"id": workspace["id"]})
    cluster = {**HERE, "properties": {"computeType": "AmlCompute"}}
    assert arm.refusal(path, without_token) == (400, "ValidationError")
    assert arm.refusal(path, elsewhere) == (400, "InvalidResourceReference")
    assert arm.refusal(path, cluster) == (400, "InvalidRequestContent")


@pytest.fixture
def key(arm: Arm, account: Any) -> str:
    """A key of the account, in which there is a container ``data``."""
    version = {"api-version": "2024-01-01"}
    container = f"{account['id']}/blobServices/default/containers/data"
    arm.client.put(container, params=version, json={}).raise_for_status()
    keys = arm.client.post(f"{account['id']}/listKeys", params=version).json()["keys"]
    return str(keys[0]["value"])


def datastore(account: Any, key: str, **properties: Any) -> dict[str, Any]:
    return {
        "properties": {
            "datastoreType": "AzureBlob",
            "accountName": account["name"],
            "containerName": "data",
            "credentials": {
                "credentialsType": "AccountKey",
                "secrets": {"secretsType": "AccountKey", "key": key},
            },
            **properties,
        }
    }


def test_a_datastore_shows_its_key_to_list_secrets_only(
    arm: Arm, workspace: Any, account: Any, key: str, cloud: Any
) -> None:
    path = f"{workspace_path()}/datastores/training"
    made = arm.put(path, ML["api-version"], datastore(account, key))
    assert made["properties"]["credentials"] == {"credentialsType": "AccountKey"}
    assert made["properties"]["endpoint"] == cloud.home.storage_suffix
    secrets = arm.client.post(f"{made['id']}/listSecrets", params=ML).json()
    assert secrets == {"secretsType": "AccountKey", "key": key}
    assert arm.client.delete(made["id"], params=ML).status_code == 200
    assert arm.client.get(made["id"], params=ML).status_code == 404


def test_a_datastore_that_would_not_open_is_refused_unless_the_check_is_skipped(
    arm: Arm, workspace: Any, account: Any, key: str
) -> None:
    path = f"{workspace_path()}/datastores/training"
    for wrong in (
        datastore(account, key, accountName="nobody"),
        datastore(account, key, containerName="none"),
        datastore(account, "d3Jvbmc="),
    ):
        assert arm.refusal(path, wrong) == (400, "ValidationError")
    arm.put(path, ML["api-version"], datastore(account, "d3Jvbmc="), skipValidation="true")


def test_deleting_the_workspace_deletes_what_is_in_it(
    arm: Arm, workspace: Any, databricks: Any
) -> None:
    path = f"{workspace_path()}/computes/dbx"
    compute = arm.put(path, ML["api-version"], attachment(databricks))
    arm.wait(arm.client.delete(workspace["id"], params=ML))
    assert arm.client.get(workspace["id"], params=ML).status_code == 404
    refused = arm.client.get(compute["id"], params=ML).json()
    assert refused["error"]["code"] == "ParentResourceNotFound"
