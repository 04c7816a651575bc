"""The real databricks-sdk, unpatched, on everything but notebook runs."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import (
    BadRequest,
    InvalidParameterValue,
    NotFound,
    PermissionDenied,
    ResourceAlreadyExists,
    ResourceDoesNotExist,
)
from databricks.sdk.service.workspace import ExportFormat, ImportFormat, Language, ObjectType

pytestmark = pytest.mark.servers

SOURCE = b"# Databricks notebook source\nprint(1)\n"


def test_the_environment_is_all_that_the_sdk_needs(
    lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABRICKS_HOST", lab.client.config.host)
    client = WorkspaceClient()
    assert client.current_user.me().active
    assert str(client.get_workspace_id()) == lab.client.config.workspace_id


def test_a_personal_access_token_signs_in_until_it_is_revoked(lab: Any) -> None:
    created = lab.client.tokens.create(comment="for a test", lifetime_seconds=600)
    holder = WorkspaceClient(host=lab.client.config.host, token=created.token_value)
    [listed] = [
        info for info in holder.tokens.list() if info.token_id == created.token_info.token_id
    ]
    assert listed == created.token_info
    assert listed.as_dict()["expiry_time"] - listed.as_dict()["creation_time"] == 600_000
    lab.client.tokens.delete(created.token_info.token_id)
    with pytest.raises(PermissionDenied, match=r"Invalid access token\."):
        holder.current_user.me()


def test_notebooks_and_files_come_out_as_they_went_in(lab: Any) -> None:
    workspace = lab.client.workspace
    workspace.mkdirs("/Shared/sdk/inner")
    content = base64.b64encode(SOURCE).decode()
    workspace.import_(
        "/Shared/sdk/notebook",
        content=content,
        format=ImportFormat.SOURCE,
        language=Language.PYTHON,
    )
    workspace.upload("/Shared/sdk/data.bin", b"\x00\r\n\xff", format=ImportFormat.AUTO)
    workspace.upload("/Shared/sdk/inner/b.py", SOURCE)
    listed = {info.path: info.object_type for info in workspace.list("/Shared/sdk", recursive=True)}
    assert listed == {
        "/Shared/sdk/data.bin": ObjectType.FILE,
        "/Shared/sdk/inner/b.py": ObjectType.NOTEBOOK,
        "/Shared/sdk/notebook": ObjectType.NOTEBOOK,
    }
    exported = workspace.export("/Shared/sdk/notebook", format=ExportFormat.SOURCE)
    assert (base64.b64decode(exported.content), exported.file_type) == (SOURCE, "py")
    assert workspace.download("/Shared/sdk/data.bin").read() == b"\x00\r\n\xff"
    assert workspace.get_status("/Shared/sdk/notebook").language is Language.PYTHON
    with pytest.raises(ResourceAlreadyExists):
        workspace.import_("/Shared/sdk/notebook", content=content, language=Language.PYTHON)
    with pytest.raises(BadRequest, match="is not empty"):
        workspace.delete("/Shared/sdk")
    workspace.delete("/Shared/sdk", recursive=True)
    with pytest.raises(ResourceDoesNotExist, match=r"Path \(/Shared/sdk\) doesn't exist"):
        workspace.get_status("/Shared/sdk")


def test_secrets_are_put_listed_and_given_out(lab: Any) -> None:
    secrets = lab.client.secrets
    secrets.create_scope("sdk")
    secrets.put_secret("sdk", "key", string_value="value")
    assert [scope.name for scope in secrets.list_scopes() if scope.name == "sdk"] == ["sdk"]
    assert [secret.key for secret in secrets.list_secrets("sdk")] == ["key"]
    assert base64.b64decode(secrets.get_secret("sdk", "key").value) == b"value"
    secrets.delete_secret("sdk", "key")
    with pytest.raises(ResourceDoesNotExist):
        secrets.get_secret("sdk", "key")
    with pytest.raises(ResourceAlreadyExists):
        secrets.create_scope("sdk")
    secrets.delete_scope("sdk")
    assert "sdk" not in [scope.name for scope in secrets.list_scopes()]


def test_instance_pools_are_made_changed_and_deleted(lab: Any) -> None:
    pools = lab.client.instance_pools
    pool_id = pools.create("sdk", "Standard_D4ds_v5", custom_tags={"a": "b"}).instance_pool_id
    pools.edit(pool_id, "sdk renamed", "Standard_D4ds_v5", max_capacity=3)
    pool = pools.get(pool_id)
    assert (pool.instance_pool_name, pool.max_capacity, pool.custom_tags) == (
        "sdk renamed",
        3,
        {"a": "b"},
    )
    assert pool_id in [found.instance_pool_id for found in pools.list()]
    with pytest.raises(InvalidParameterValue, match="Node type Large is not supported"):
        pools.create("sdk large", "Large")
    pools.delete(pool_id)
    with pytest.raises(NotFound):
        pools.get(pool_id)


def test_the_sdk_can_choose_a_runtime_and_a_machine(lab: Any) -> None:
    clusters = lab.client.clusters
    chosen = clusters.select_spark_version(long_term_support=True, spark_version="3.5.0")
    assert chosen == "15.4.x-scala2.12"
    assert clusters.select_node_type(min_cores=8, local_disk=True) == "Standard_DS4_v2"
