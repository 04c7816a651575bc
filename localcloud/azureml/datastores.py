"""Datastores in the shape of SDK v1.

``hasBeenValidated`` is always false: nothing checks that the storage account can be reached.
"""

from __future__ import annotations

from fastapi import APIRouter, Response

from localcloud.azureml.blob_datastores import (
    DatastoreBody,
    datastore_resource,
    default_datastore,
    put_blob_datastore,
)
from localcloud.azureml.scope import RESOURCE, SCOPE, SECRET, Here, Workspace
from localcloud.azureml.wire import bad_request
from localcloud.store import JsonObject

router = APIRouter(prefix="/datastore/v1.0" + SCOPE)

ALREADY_EXISTS = "Another datastore with the same name already exists"
"""The SDK recognises a conflict by exactly these words."""


def as_datastore(workspace: Workspace, resource: JsonObject, *, secrets: bool = True) -> JsonObject:
    """An ARM datastore as this API shows it."""
    properties = resource["properties"]
    key = workspace.child_secret("datastores", resource["name"]).get("accountKey")
    shown: JsonObject = {
        "name": resource["name"],
        "dataStoreType": properties["datastoreType"],
        "hasBeenValidated": False,
        "tags": properties.get("tags") or {},
    }
    if properties["datastoreType"] == "AzureBlob":
        shown["azureStorageSection"] = {
            "accountName": properties["accountName"],
            "containerName": properties["containerName"],
            "endpoint": properties.get("endpoint") or workspace.cloud.home.storage_suffix,
            "protocol": properties.get("protocol") or "https",
            "credentialType": "AccountKey" if key else "None",
            "credential": key if secrets else None,
            "accountKey": key if secrets else None,
        }
    return shown


@router.get("/datastores")
def list_datastores(workspace: Here, includeSecret: bool = False) -> JsonObject:  # noqa: N803
    """Every datastore; account keys only if asked for.

    Fidelity: verified (azureml-core, Workspace.datastores)
    """
    shown = [
        as_datastore(workspace, resource, secrets=includeSecret)
        for resource in workspace.children("datastores")
    ]
    return {"value": shown, "continuationToken": None}


@router.post("/datastores")
def create_datastore(workspace: Here, body: DatastoreBody) -> Response:
    """Register a datastore; refused if the name is taken.

    Fidelity: verified (azureml-core, Datastore.register_azure_blob_container)
    """
    if workspace.child("datastores", body.name) is not None:
        raise bad_request(ALREADY_EXISTS)
    put_blob_datastore(workspace, body, default=False)
    return Response()


@router.get("/datastores/{name}")
def get_datastore(workspace: Here, name: str) -> JsonObject:
    """One datastore with its account key.

    Fidelity: verified (azureml-core, Datastore.get)
    """
    return as_datastore(workspace, datastore_resource(workspace, name))


@router.put("/datastores/{name}")
def replace_datastore(workspace: Here, name: str, body: DatastoreBody) -> Response:
    """Replace a datastore.

    Fidelity: verified (azureml-core, register with overwrite=True)
    """
    default = bool(datastore_resource(workspace, name)["properties"].get("isDefault"))
    put_blob_datastore(workspace, body, default=default)
    return Response()


@router.delete("/datastores/{name}")
def delete_datastore(workspace: Here, name: str) -> Response:
    """Unregister a datastore; its data stays.

    Fidelity: assumed
    """
    if datastore_resource(workspace, name)["properties"].get("isDefault"):
        raise bad_request(f"datastore {name!r} is the workspace's default and can't be deleted")
    key = workspace.child_key("datastores", name)
    with workspace.transaction():
        workspace.cloud.store.delete(RESOURCE, key)
        workspace.cloud.store.delete(SECRET, key)
    return Response()


@router.get("/default")
def get_default_datastore(workspace: Here) -> JsonObject:
    """The datastore that outputs go to when a step names none.

    Fidelity: verified (azureml-core, Workspace.get_default_datastore)
    """
    return as_datastore(workspace, default_datastore(workspace))


@router.put("/default/{name}")
def set_default_datastore(workspace: Here, name: str) -> Response:
    """Make another datastore the default.

    Fidelity: assumed
    """
    datastore_resource(workspace, name)
    with workspace.transaction():
        for resource in workspace.children("datastores"):
            resource["properties"]["isDefault"] = resource["name"].lower() == name.lower()
            key = workspace.child_key("datastores", resource["name"])
            workspace.cloud.store.put(RESOURCE, key, resource)
    return Response()
