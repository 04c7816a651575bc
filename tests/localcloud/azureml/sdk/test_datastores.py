"""Datastores through the SDK."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.servers


def test_the_sdk_registers_overwrites_and_lists_datastores(lab: Any) -> None:
    from azureml.core import Datastore

    for container in ("first", "second"):
        Datastore.register_azure_blob_container(
            lab.workspace,
            "scratch",
            container_name=container,
            account_name=lab.account,
            account_key=lab.account_key,
            overwrite=True,
        )
    found = Datastore.get(lab.workspace, "scratch")
    assert (found.container_name, found.account_name, found.account_key) == (
        "second",
        lab.account,
        lab.account_key,
    )
    assert {"scratch", "training", "workspaceblobstore"} <= set(lab.workspace.datastores)
    found.unregister()
    assert "scratch" not in lab.workspace.datastores


def test_a_new_workspace_has_a_default_datastore_in_its_storage_account(lab: Any) -> None:
    from azure.storage.blob import BlobServiceClient

    default = lab.workspace.get_default_datastore()
    guid = lab.workspace.get_details()["workspaceid"]
    assert (default.name, default.account_name, default.container_name) == (
        "workspaceblobstore",
        lab.account,
        f"azureml-blobstore-{guid}",
    )
    endpoint = lab.cloud.home.blob_endpoint(lab.account)
    with BlobServiceClient(endpoint, credential=lab.credential) as blobs:
        assert default.container_name in [each.name for each in blobs.list_containers()]
