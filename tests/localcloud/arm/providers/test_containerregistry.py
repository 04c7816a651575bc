"""Container registries, through Azure's own client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerregistry import ContainerRegistryManagementClient

pytestmark = pytest.mark.servers


@pytest.fixture(params=["2023-01-01-preview", "2025-04-01"])
def registries(client_of: Callable[..., Any], request: pytest.FixtureRequest) -> Any:
    return client_of(ContainerRegistryManagementClient, api_version=request.param).registries


def test_a_registry_is_made_read_updated_and_deleted(registries: Any, group: str) -> None:
    name = f"acr{group[-12:]}"
    body = {"location": "westeurope", "sku": {"name": "Basic"}, "admin_user_enabled": True}
    made = registries.begin_create(group, name, body).result()
    assert (made.login_server, made.sku.tier) == (f"{name}.azurecr.io", "Basic")
    credentials = registries.list_credentials(group, name)
    assert credentials.username == name
    assert len({each.value for each in credentials.passwords}) == 2
    registries.begin_update(group, name, {"admin_user_enabled": False}).result()
    with pytest.raises(HttpResponseError, match="admin user is disabled"):
        registries.list_credentials(group, name)
    available = registries.check_name_availability({"name": name, "type": made.type})
    assert not available.name_available
    registries.begin_delete(group, name).result()
    assert list(registries.list_by_resource_group(group)) == []


def test_the_classic_tier_is_refused(registries: Any, group: str) -> None:
    body = {"location": "westeurope", "sku": {"name": "Classic"}}
    with pytest.raises(HttpResponseError, match="Classic SKU of registries is retired"):
        registries.begin_create(group, f"acr{group[-12:]}", body).result()
