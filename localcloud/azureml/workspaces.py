"""The life of an Azure ML workspace beside its ARM resource, and the server's start and stop."""

from __future__ import annotations

from contextlib import suppress

from localcloud.azureml.blob_datastores import DatastoreBody, StorageSection, put_blob_datastore
from localcloud.azureml.execution.runner import close_runner, fail_interrupted, runner_of
from localcloud.azureml.scope import RESOURCE, SECRET, Workspace
from localcloud.cloud import Cloud
from localcloud.store import JsonObject

DEFAULT_DATASTORE = "workspaceblobstore"
_RESOURCE_TYPE = "Microsoft.MachineLearningServices/workspaces"


def create(cloud: Cloud, resource: JsonObject) -> None:
    """Make what the service makes in a new workspace: the default datastore and its container.

    Does nothing for a workspace that has it. The other system datastores (file shares, the
    artifact store) are not made.

    Fidelity: verified (learn.microsoft.com, Azure ML datastores: workspaceblobstore)
    """
    # The blob client costs memory and time: it is loaded when the first workspace is made.
    from azure.core.exceptions import ResourceExistsError
    from azure.storage.blob import ContainerClient

    workspace = Workspace(cloud, resource)
    storage_id = str(resource["properties"].get("storageAccount") or "").lower()
    key = (cloud.store.get(SECRET, storage_id) or {}).get("key1")
    if key is None or workspace.child("datastores", DEFAULT_DATASTORE) is not None:
        return
    account = storage_id.split("/")[-1]
    container = f"azureml-blobstore-{workspace.guid}"
    client = ContainerClient(
        cloud.home.blob_endpoint(account),
        container,
        credential={"account_name": account, "account_key": key},
        retry_total=0,
    )
    with client, suppress(ResourceExistsError):
        client.create_container()
    section = StorageSection(
        account_name=account, container_name=container, credential_type="AccountKey", credential=key
    )
    body = DatastoreBody(
        name=DEFAULT_DATASTORE, data_store_type="AzureBlob", azure_storage_section=section
    )
    put_blob_datastore(workspace, body, default=True)


def delete(cloud: Cloud, resource_id: str) -> None:
    """Cancel the workspace's runs and forget everything in it. Blobs stay where they are."""
    resource = cloud.store.get(RESOURCE, resource_id.lower()) or {"id": resource_id}
    workspace = Workspace(cloud, resource)
    runner_of(cloud).cancel_all(workspace)
    workspace.forget()
    for kind in ("datastores", "computes"):
        for child in workspace.children(kind):
            key = workspace.child_key(kind, child["name"])
            cloud.store.delete(RESOURCE, key)
            cloud.store.delete(SECRET, key)


def resume_all(cloud: Cloud) -> None:
    """Fail runs that were under way when the server died: nothing runs them any more."""
    for workspace in _all(cloud):
        fail_interrupted(workspace, "localcloud was stopped while the run was under way")


def close_all(cloud: Cloud) -> None:
    """Stop running pipelines. Runs under way fail, and say why."""
    close_runner(cloud)
    for workspace in _all(cloud):
        fail_interrupted(workspace, "localcloud was stopped while the run was under way")


def _all(cloud: Cloud) -> list[Workspace]:
    return [
        Workspace(cloud, resource)
        for _, resource in cloud.store.list(RESOURCE)
        if str(resource.get("type", "")).lower() == _RESOURCE_TYPE.lower()
    ]
