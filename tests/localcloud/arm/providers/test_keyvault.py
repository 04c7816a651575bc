"""Key vaults, through Azure's own client."""

from __future__ import annotations

from collections.abc import Callable
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
    assert vaults.check_name_availability(name).name_available


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
