"""The real Pulumi engine drives both plugins through the lives of whole stacks."""

from __future__ import annotations

import uuid
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import httpx
import pulumi
import pulumi_databricks
import pytest
from pulumi import FileAsset, Output, ResourceOptions
from pulumi import automation as auto
from pulumi_azure_native import databricks, resources, storage

pytestmark = [pytest.mark.engine, pytest.mark.servers]

Program = Callable[[], None]
WithProgram = Callable[[Program], auto.Stack]
UNIQUE = uuid.uuid4().hex[:8]
GROUP = f"rg-{UNIQUE}"
ACCOUNT = f"st{UNIQUE}"


class Cloud(Protocol):
    """What these tests use of the session's cloud."""

    environment: dict[str, str]

    def http(self) -> httpx.Client: ...


def changes(result: auto.UpResult | auto.RefreshResult | auto.DestroyResult) -> dict[str, int]:
    """Number of resources by what was done to them."""
    return {str(kind): count for kind, count in (result.summary.resource_changes or {}).items()}


def in_cloud(cloud: Cloud) -> list[str]:
    """Names of the resource groups of these tests."""
    path = f"/subscriptions/{cloud.environment['ARM_SUBSCRIPTION_ID']}/resourcegroups"
    with cloud.http() as client:
        groups = client.get(path, params={"api-version": "2024-03-01"}).raise_for_status().json()
    return [group["name"] for group in groups["value"] if UNIQUE in group["name"]]


def written_state(cloud: Cloud, stack: auto.Stack) -> str:
    """The stack's state as it lies on disk."""
    folder = Path(urlsplit(cloud.environment["PULUMI_BACKEND_URL"]).path)
    return (folder / ".pulumi" / "stacks" / "plugins" / f"{stack.name}.json").read_text()


def storage_program(file: Path, *, hierarchical: bool = False) -> Program:
    """A storage account with a container and a blob."""

    def program() -> None:
        group = resources.ResourceGroup("group", resource_group_name=GROUP, location="westeurope")
        account = storage.StorageAccount(
            "account",
            account_name=ACCOUNT,
            resource_group_name=group.name,
            kind=storage.Kind.STORAGE_V2,
            sku=storage.SkuArgs(name=storage.SkuName.STANDARD_LRS),
            is_hns_enabled=hierarchical,
        )
        container = storage.BlobContainer(
            "container",
            container_name="data",
            account_name=account.name,
            resource_group_name=group.name,
        )
        blob = storage.Blob(
            "blob",
            blob_name="data.csv",
            account_name=account.name,
            container_name=container.name,
            resource_group_name=group.name,
            source=FileAsset(str(file)),
        )
        keys = storage.list_storage_account_keys_output(
            account_name=account.name, resource_group_name=group.name
        )
        pulumi.export("key", Output.secret(keys.keys[0].value))
        pulumi.export("url", blob.url)

    return program


def test_a_stack_is_previewed_made_kept_repaired_and_destroyed(
    stack: WithProgram, cloud: Cloud, tmp_path: Path
) -> None:
    file = tmp_path / "data.csv"
    file.write_text("a,b\n1,2\n")
    made = stack(storage_program(file))

    assert made.preview().change_summary == {"create": 5}
    assert in_cloud(cloud) == []

    up = made.up()
    assert changes(up) == {"create": 5}
    assert up.outputs["key"].secret
    assert str(up.outputs["url"].value).endswith(f"/{ACCOUNT}/data/data.csv")
    assert up.outputs["key"].value not in written_state(cloud, made)
    assert changes(made.up()) == {"same": 5}
    assert changes(made.refresh()) == {"same": 5}

    arm_id = f"/subscriptions/{cloud.environment['ARM_SUBSCRIPTION_ID']}/resourceGroups/{GROUP}"
    account_id = f"{arm_id}/providers/Microsoft.Storage/storageAccounts/{ACCOUNT}"
    version = {"api-version": "2024-01-01"}
    with cloud.http() as client:
        tags = {"tags": {"by": "hand"}}
        client.patch(account_id, params=version, json=tags).raise_for_status()
        container = f"{account_id}/blobServices/default/containers/data"
        client.delete(container, params=version).raise_for_status()
    assert changes(made.refresh()) == {"same": 2, "update": 1, "delete": 2}
    assert changes(made.up()) == {"same": 2, "update": 1, "create": 2}

    file.write_text("a,b\n3,4\n")
    replaced = stack(storage_program(file, hierarchical=True)).up()
    assert changes(replaced) == {"same": 2, "replace": 3}

    assert changes(made.destroy()) == {"delete": 5}
    assert in_cloud(cloud) == []


def test_an_existing_resource_is_imported(stack: WithProgram, cloud: Cloud) -> None:
    name = f"rg-import-{UNIQUE}"
    arm_id = f"/subscriptions/{cloud.environment['ARM_SUBSCRIPTION_ID']}/resourceGroups/{name}"
    with cloud.http() as client:
        body = {"location": "westeurope", "tags": {"made": "elsewhere"}}
        client.put(arm_id, params={"api-version": "2024-03-01"}, json=body).raise_for_status()

    def program() -> None:
        resources.ResourceGroup(
            "group",
            resource_group_name=name,
            location="westeurope",
            tags={"made": "elsewhere"},
            opts=ResourceOptions(import_=arm_id),
        )

    made = stack(program)
    assert changes(made.up()) == {"create": 1, "import": 1}
    assert changes(made.destroy()) == {"delete": 2}
    assert in_cloud(cloud) == []


def test_what_the_cloud_does_not_know_fails_with_its_words(stack: WithProgram) -> None:
    def program() -> None:
        properties = {"resourceGroupName": f"rg-bad-{UNIQUE}", "location": "westeurope", "size": 1}
        pulumi.CustomResource("azure-native:resources:ResourceGroup", "group", properties)

    with pytest.raises(
        auto.CommandError, match=r"InvalidRequestContent: .*unknown property 'size'"
    ):
        stack(program).up()


def databricks_program(comment: str) -> Program:
    """A Databricks workspace with a notebook, a pool and a token in it."""

    def program() -> None:
        group = resources.ResourceGroup(
            "group", resource_group_name=f"rg-dbricks-{UNIQUE}", location="westeurope"
        )
        workspace = databricks.Workspace(
            "workspace",
            workspace_name=f"dbricks-{UNIQUE}",
            resource_group_name=group.name,
            sku=databricks.SkuArgs(name="premium"),
            compute_mode=databricks.ComputeMode.HYBRID,
            managed_resource_group_id=Output.format("{0}-managed", group.id),
        )
        provider = pulumi_databricks.Provider(
            "provider",
            host=Output.format("https://{0}", workspace.workspace_url),
            azure_workspace_resource_id=workspace.id,
            auth_type="azure-msi",
        )
        inside = ResourceOptions(provider=provider, deleted_with=workspace)
        notebook = pulumi_databricks.Notebook(
            "notebook",
            path="/folder/notebook",
            language="PYTHON",
            content_base64=b64encode(b"print(1)\n").decode(),
            opts=inside,
        )
        pulumi_databricks.InstancePool(
            "pool",
            instance_pool_name="pool",
            node_type_id="Standard_D4ds_v5",
            min_idle_instances=0,
            idle_instance_autotermination_minutes=10,
            opts=inside,
        )
        token = pulumi_databricks.Token("token", comment=comment, opts=inside)
        pulumi.export("token", token.token_value)
        pulumi.export("workspace_path", notebook.workspace_path)

    return program


def test_what_is_in_a_workspace_is_made_replaced_and_goes_with_it(
    stack: WithProgram, cloud: Cloud
) -> None:
    made = stack(databricks_program("one"))
    assert made.preview().change_summary == {"create": 7}
    up = made.up()
    assert changes(up) == {"create": 7}
    assert up.outputs["workspace_path"].value == "/Workspace/folder/notebook"
    assert changes(made.refresh()) == {"same": 7}

    replaced = stack(databricks_program("two")).up()
    assert changes(replaced) == {"same": 6, "replace": 1}
    values = [result.outputs["token"].value for result in (up, replaced)]
    assert values[0] != values[1]
    state = written_state(cloud, made)
    assert [value for value in values if value in state] == []

    assert changes(made.destroy()) == {"delete": 7}
    assert in_cloud(cloud) == []
