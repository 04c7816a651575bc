"""Key vaults, through Azure's own client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.keyvault import KeyVaultManagementClient

from localcloud.tokens import TENANT_ID

pytestmark = pytest.mark.servers

PROPERTIES = {
    "tenant_id": TENANT_ID,
    "sku": {"family": "A", "name": "standard"},
    "enable_rbac_authorization": True,
    "soft_delete_retention_in_days": 7,
}


@pytest.fixture
def vaults(client_of: Callable[..., Any]) -> Any:
    return client_of(KeyVaultManagementClient).vaults


def put(vaults: Any, group: str, **properties: Any) -> Any:
    body = {"location": "westeurope", "properties": {**PROPERTIES, **properties}}
    return vaults.begin_create_or_update(group, f"kv-{group[-12:]}", body).result()


def test_a_vault_is_made_read_updated_and_deleted(vaults: Any, group: str) -> None:
    made = put(vaults, group)
    assert made.properties.vault_uri == f"https://{made.name}.vault.azure.net/"
    assert (made.properties.enable_soft_delete, made.properties.soft_delete_retention_in_days) == (
        True,
        7,
    )
    vaults.update(group, made.name, {"tags": {"a": "b"}})
    assert vaults.get(group, made.name).tags == {"a": "b"}
    assert [each.name for each in vaults.list_by_resource_group(group)] == [made.name]
    name = {"name": made.name}
    assert not vaults.check_name_availability(name).name_available
    vaults.delete(group, made.name)
    with pytest.raises(ResourceNotFoundError):
        vaults.get(group, made.name)


def test_a_deleted_vault_keeps_its_name_until_it_is_purged(vaults: Any, group: str) -> None:
    made = put(vaults, group)
    vaults.delete(group, made.name)
    deleted = next(each for each in vaults.list_deleted() if each.name == made.name)
    known = deleted.properties
    assert (known.vault_id, known.location) == (made.id, "westeurope")
    assert known.scheduled_purge_date - known.deletion_date == timedelta(days=7)
    assert vaults.get_deleted(made.name, "westeurope").id == deleted.id
    assert not vaults.check_name_availability({"name": made.name}).name_available
    with pytest.raises(HttpResponseError, match="already exists in deleted state"):
        put(vaults, group)
    vaults.begin_purge_deleted(made.name, "westeurope").result()
    assert vaults.check_name_availability({"name": made.name}).name_available
    with pytest.raises(HttpResponseError, match="does not exist"):
        vaults.begin_purge_deleted(made.name, "westeurope")
    assert put(vaults, group).id == made.id


def test_a_deleted_vault_can_be_recovered_once_with_what_it_had(vaults: Any, group: str) -> None:
    made = put(vaults, group, enabled_for_deployment=True)
    vaults.delete(group, made.name)
    assert put(vaults, group, create_mode="recover").properties.enabled_for_deployment
    vaults.delete(group, made.name)
    vaults.begin_purge_deleted(made.name, "westeurope").result()
    with pytest.raises(HttpResponseError) as refusal:
        put(vaults, group, create_mode="recover")
    assert refusal.value.error is not None
    assert refusal.value.error.code == "SoftDeletedVaultDoesNotExist"


def test_a_protected_vault_cant_be_purged(vaults: Any, group: str) -> None:
    made = put(vaults, group, enable_purge_protection=True)
    vaults.delete(group, made.name)
    assert vaults.get_deleted(made.name, "westeurope").properties.purge_protection_enabled
    with pytest.raises(HttpResponseError, match="can't be purged"):
        vaults.begin_purge_deleted(made.name, "westeurope")


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"enable_purge_protection": False}, "cannot be set to false"),
        ({"soft_delete_retention_in_days": 6}, "must be between 7 and 90"),
        ({"tenant_id": "10ca1000-0000-4000-8000-00000000000f"}, "differs from the subscription's"),
        ({"enable_rbac_authorization": False}, '"accessPolicies" is not specified'),
    ],
)
def test_what_the_service_does_not_take_is_refused(
    vaults: Any, group: str, properties: dict[str, Any], message: str
) -> None:
    with pytest.raises(HttpResponseError, match=message) as refused:
        put(vaults, group, **properties)
    assert refused.value.status_code == 400


def test_the_retention_cannot_change_later(vaults: Any, group: str, refuses: Any) -> None:
    put(vaults, group)
    with refuses("PropertyChangeNotAllowed"):
        put(vaults, group, soft_delete_retention_in_days=8)


def test_a_key_gets_an_address_and_a_second_put_leaves_it_as_it_is(
    client_of: Callable[..., Any], vaults: Any, group: str
) -> None:
    vault = put(vaults, group).name
    keys = client_of(KeyVaultManagementClient).keys
    body = {"properties": {"kty": "RSA", "keySize": 3072}}
    made = keys.create_if_not_exist(group, vault, "secrets", body)
    assert made.key_uri == f"https://{vault}.vault.azure.net/keys/secrets"
    assert made.key_uri_with_version.startswith(f"{made.key_uri}/")
    assert (made.kty, made.key_size) == ("RSA", 3072)
    again = keys.create_if_not_exist(group, vault, "secrets", {"properties": {"kty": "EC"}})
    assert again.as_dict() == made.as_dict() == keys.get(group, vault, "secrets").as_dict()


def test_a_key_without_a_type_is_refused(
    client_of: Callable[..., Any], vaults: Any, group: str
) -> None:
    vault = put(vaults, group).name
    keys = client_of(KeyVaultManagementClient).keys
    with pytest.raises(HttpResponseError, match="kty"):
        keys.create_if_not_exist(group, vault, "secrets", {"properties": {}})
