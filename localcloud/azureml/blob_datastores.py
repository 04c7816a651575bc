"""Blob datastores as ARM resources below the workspace: found, written, the default among them.

Only Azure Blob with an account key. A registration is not checked against the storage account:
a wrong key shows when a run uses it. Has no HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from localcloud.azureml.scope import RESOURCE, SECRET, Workspace
from localcloud.azureml.wire import CamelWire, bad_request, not_found
from localcloud.errors import CloudError
from localcloud.store import JsonObject


class StorageSection(CamelWire):
    """Where a blob datastore is."""

    account_name: str
    container_name: str
    endpoint: str | None = None
    protocol: str = "https"
    credential_type: str = "None"
    credential: str | None = None


class DatastoreBody(CamelWire):
    """A datastore as SDK v1 writes it."""

    name: str = Field(pattern=r"^[A-Za-z0-9_]{1,255}$")
    data_store_type: str
    azure_storage_section: StorageSection | None = None


@dataclass(frozen=True, kw_only=True)
class BlobDatastore:
    """A blob datastore that a run can use.

    Attributes:
        account: storage account.
        container: blob container.
        suffix: what stands for ``core.windows.net`` in ``account.blob.<suffix>``.
        account_key: base64, or None if the datastore holds no key.
    """

    name: str
    account: str
    container: str
    suffix: str
    account_key: str | None


def find_blob_datastore(workspace: Workspace, name: str) -> BlobDatastore:
    """The datastore with this name.

    Raises:
        CloudError: 404, or 400 if it is no blob datastore.
    """
    resource = datastore_resource(workspace, name)
    properties = resource["properties"]
    if properties["datastoreType"] != "AzureBlob":
        raise bad_request(
            f"datastore {name!r} is of type {properties['datastoreType']!r}; "
            "localcloud runs steps on AzureBlob datastores only"
        )
    return BlobDatastore(
        name=resource["name"],
        account=properties["accountName"],
        container=properties["containerName"],
        suffix=properties.get("endpoint") or workspace.cloud.home.storage_suffix,
        account_key=workspace.child_secret("datastores", name).get("accountKey"),
    )


def put_blob_datastore(workspace: Workspace, body: DatastoreBody, *, default: bool) -> None:
    """Write a datastore as the ARM resource that ARM's own GET then shows.

    Raises:
        CloudError: 400 if it is not a blob datastore with an account key or without credential.
    """
    section = body.azure_storage_section
    if body.data_store_type != "AzureBlob" or section is None:
        raise bad_request(
            f"datastore {body.name!r}: localcloud has AzureBlob datastores only, "
            f"not {body.data_store_type!r}"
        )
    if section.credential_type not in ("AccountKey", "None"):
        raise bad_request(
            f"datastore {body.name!r}: localcloud takes an account key, "
            f"not a credential of type {section.credential_type!r}"
        )
    name = body.name.lower()
    properties = {
        "datastoreType": "AzureBlob",
        "accountName": section.account_name,
        "containerName": section.container_name,
        "endpoint": section.endpoint or workspace.cloud.home.storage_suffix,
        "protocol": section.protocol,
        "credentials": {"credentialsType": section.credential_type},
        "isDefault": default,
        "tags": {},
    }
    key = workspace.child_key("datastores", name)
    store = workspace.cloud.store
    with store.transaction():
        store.put(
            RESOURCE,
            key,
            {
                "id": f"{workspace.id}/datastores/{name}",
                "name": name,
                "type": "Microsoft.MachineLearningServices/workspaces/datastores",
                "properties": properties,
            },
        )
        if section.credential is None:
            store.delete(SECRET, key)
        else:
            store.put(SECRET, key, {"accountKey": section.credential})


def datastore_resource(workspace: Workspace, name: str) -> JsonObject:
    """The ARM resource of a datastore.

    Raises:
        CloudError: 404.
    """
    resource = workspace.child("datastores", name)
    if resource is None:
        raise not_found("datastore", name)
    return resource


def default_datastore_name(workspace: Workspace) -> str:
    """Name of the workspace's default datastore.

    Raises:
        CloudError: 404 if it has none.
    """
    return str(default_datastore(workspace)["name"])


def default_datastore(workspace: Workspace) -> JsonObject:
    """The ARM resource of the datastore that outputs go to when a step names none.

    Raises:
        CloudError: 404 if the workspace has none.
    """
    for resource in workspace.children("datastores"):
        if resource["properties"].get("isDefault"):
            return resource
    raise CloudError(404, "UserError", f"workspace {workspace.name!r} has no default datastore")
