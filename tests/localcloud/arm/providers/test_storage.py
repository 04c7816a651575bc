"""Storage accounts and containers through Azure's own clients, with real blobs behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.mgmt.storage import StorageManagementClient
from azure.storage.blob import BlobServiceClient

pytestmark = pytest.mark.servers

BODY = {
    "location": "westeurope",
    "kind": "StorageV2",
    "sku": {"name": "Standard_LRS"},
    "tags": {"purpose": "test"},
    "properties": {"minimumTlsVersion": "TLS1_2", "allowBlobPublicAccess": False},
}


@pytest.fixture
def storage(client_of: Callable[..., Any]) -> Any:
    return client_of(StorageManagementClient)


@pytest.fixture
def account(storage: Any, group: str) -> str:
    """Name of a storage account."""
    name = f"st{group.removeprefix('rg-')}"
    storage.storage_accounts.begin_create(group, name, BODY).result()
    return name


def blobs(storage: Any, group: str, account: str, key: str) -> Any:
    found = storage.storage_accounts.get_properties(group, account)
    credential = {"account_name": account, "account_key": key}
    return BlobServiceClient(found.primary_endpoints.blob, credential=credential, retry_total=0)


def keys(storage: Any, group: str, account: str) -> dict[str, str]:
    found = storage.storage_accounts.list_keys(group, account).keys
    return {each.key_name: each.value for each in found}


def test_an_account_is_made_with_what_the_service_adds(
    storage: Any, group: str, account: str, cloud: Any
) -> None:
    found = storage.storage_accounts.get_properties(group, account)
    assert found.provisioning_state == "Succeeded"
    assert (found.kind, found.sku.name, found.sku.tier) == ("StorageV2", "Standard_LRS", "Standard")
    assert found.tags == {"purpose": "test"}
    assert found.primary_endpoints.as_dict() == {"blob": cloud.home.blob_endpoint(account)}
    assert found.minimum_tls_version == "TLS1_2"
    assert account in [each.name for each in storage.storage_accounts.list()]
    assert [each.name for each in storage.storage_accounts.list_by_resource_group(group)] == [
        account
    ]


def test_both_keys_open_the_blobs_and_a_replaced_key_does_not(
    storage: Any, group: str, account: str
) -> None:
    storage.blob_containers.create(group, account, "data", {})
    before = keys(storage, group, account)
    assert set(before) == {"key1", "key2"}
    for key in before.values():
        client = blobs(storage, group, account, key).get_blob_client("data", "greeting")
        client.upload_blob(b"hello", overwrite=True)
        assert client.download_blob().readall() == b"hello"
    storage.storage_accounts.regenerate_key(group, account, {"key_name": "key1"})
    after = keys(storage, group, account)
    assert after["key2"] == before["key2"]
    assert after["key1"] != before["key1"]
    with pytest.raises(ClientAuthenticationError):
        list(blobs(storage, group, account, before["key1"]).list_containers())
    for key in after.values():
        assert [c.name for c in blobs(storage, group, account, key).list_containers()] == ["data"]


def test_keys_are_in_no_other_answer(cloud: Any, group: str, account: str, storage: Any) -> None:
    secrets = keys(storage, group, account).values()
    found = storage.storage_accounts.get_properties(group, account)
    with cloud.http() as client:
        text = client.get(found.id, params={"api-version": "2024-01-01"}).text
    log = (cloud.home.logs / "server.log").read_text()
    assert not [key for key in secrets if key in text or key in log]


def test_an_update_keeps_keys_and_data(storage: Any, group: str, account: str) -> None:
    storage.blob_containers.create(group, account, "data", {})
    before = keys(storage, group, account)
    storage.storage_accounts.update(group, account, {"tags": {"purpose": "other"}})
    storage.storage_accounts.begin_create(group, account, BODY).result()
    assert keys(storage, group, account) == before
    assert [each.name for each in storage.blob_containers.list(group, account)] == ["data"]
    assert storage.storage_accounts.get_properties(group, account).tags == {"purpose": "test"}


def test_containers_are_those_of_the_blob_service(storage: Any, group: str, account: str) -> None:
    service = blobs(storage, group, account, keys(storage, group, account)["key1"])
    storage.blob_containers.create(group, account, "by-arm", {"metadata": {"a": "b"}})
    service.create_container("by-client")
    assert service.get_container_client("by-arm").get_container_properties().metadata == {"a": "b"}
    names = [each.name for each in storage.blob_containers.list(group, account)]
    assert names == ["by-arm", "by-client"]
    assert storage.blob_containers.get(group, account, "by-client").public_access == "None"
    storage.blob_containers.update(group, account, "by-client", {"metadata": {"c": "d"}})
    assert storage.blob_containers.get(group, account, "by-client").metadata == {"c": "d"}
    storage.blob_containers.delete(group, account, "by-client")
    service.delete_container("by-arm")
    assert list(storage.blob_containers.list(group, account)) == []


def test_a_deleted_account_is_not_served_and_a_new_one_of_its_name_is_empty(
    storage: Any, group: str, account: str
) -> None:
    storage.blob_containers.create(group, account, "data", {})
    service = blobs(storage, group, account, keys(storage, group, account)["key1"])
    storage.storage_accounts.delete(group, account)
    storage.storage_accounts.delete(group, account)
    with pytest.raises(HttpResponseError):
        list(service.list_containers())
    storage.storage_accounts.begin_create(group, account, BODY).result()
    assert list(storage.blob_containers.list(group, account)) == []


def test_names_are_unique_in_the_whole_cloud(
    storage: Any, group: str, account: str, cloud: Any, refuses: Any
) -> None:
    taken = storage.storage_accounts.check_name_availability({"name": account})
    assert (taken.name_available, taken.reason) == (False, "AlreadyExists")
    free = storage.storage_accounts.check_name_availability({"name": f"{account}x"[:24]})
    assert free.name_available
    bad = storage.storage_accounts.check_name_availability({"name": "NO"})
    assert (bad.name_available, bad.reason) == (False, "AccountNameInvalid")
    other = f"{group}-2"
    path = storage.storage_accounts.get_properties(group, account).id.split("/providers/")[0]
    with cloud.http() as client:
        group_path = f"{path}-2?api-version=2024-03-01"
        client.put(group_path, json={"location": "westeurope"}).raise_for_status()
        with refuses("StorageAccountAlreadyTaken"):
            storage.storage_accounts.begin_create(other, account, BODY).result()
        client.delete(group_path).raise_for_status()


def test_other_kinds_of_accounts_are_refused(storage: Any, group: str, refuses: Any) -> None:
    with refuses("InvalidRequestPropertyValue"):
        storage.storage_accounts.begin_create(group, "stblob", {**BODY, "kind": "BlobStorage"})


def test_an_account_cannot_get_a_hierarchical_namespace_later(
    storage: Any, group: str, account: str, refuses: Any
) -> None:
    body = {**BODY, "properties": {"isHnsEnabled": True}}
    with refuses("PropertyChangeNotAllowed"):
        storage.storage_accounts.begin_create(group, account, body)


def test_a_public_container_needs_an_account_that_allows_it(
    storage: Any, group: str, account: str, refuses: Any
) -> None:
    public = {"public_access": "Blob"}
    with refuses("PublicAccessNotPermitted"):
        storage.blob_containers.create(group, account, "open", public)
    storage.storage_accounts.update(group, account, {"allow_blob_public_access": True})
    storage.blob_containers.create(group, account, "open", public)
    assert storage.blob_containers.get(group, account, "open").public_access == "Blob"


def test_the_blob_service_is_there_without_being_made(
    storage: Any, group: str, account: str
) -> None:
    assert storage.blob_services.get_service_properties(group, account).name == "default"
    properties = {"delete_retention_policy": {"enabled": True, "days": 7}}
    storage.blob_services.set_service_properties(group, account, properties)
    found = storage.blob_services.get_service_properties(group, account)
    assert found.delete_retention_policy.days == 7
