"""Resource groups, through Azure's own client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.mgmt.resource import ResourceManagementClient

pytestmark = pytest.mark.servers

IDENTITY_TYPE = "Microsoft.ManagedIdentity/userAssignedIdentities"


@pytest.fixture
def resources(client_of: Callable[..., Any]) -> Any:
    return client_of(ResourceManagementClient)


def test_a_group_is_made_read_updated_and_deleted_with_what_is_in_it(
    resources: Any, group: str
) -> None:
    groups = resources.resource_groups
    assert groups.check_existence(group)
    groups.update(group, {"tags": {"a": "b"}})
    found = groups.get(group)
    assert (found.location, found.tags) == ("westeurope", {"a": "b"})
    assert group in [each.name for each in groups.list()]
    resource_id = f"{found.id}/providers/{IDENTITY_TYPE}/id-1"
    resources.resources.begin_create_or_update_by_id(
        resource_id, "2023-01-31", {"location": "westeurope"}
    ).result()
    assert [each.id for each in resources.resources.list_by_resource_group(group)] == [resource_id]
    assert resources.resources.check_existence_by_id(resource_id, "2023-01-31")
    groups.begin_delete(group).result()
    assert not groups.check_existence(group)
    assert resource_id not in [each.id for each in resources.resources.list()]


def test_deleting_a_group_that_is_not_there_is_refused(resources: Any, refuses: Any) -> None:
    with refuses("ResourceGroupNotFound"):
        resources.resource_groups.begin_delete("rg-none")


def test_providers_tell_their_types_and_versions(resources: Any) -> None:
    assert resources.providers.register("Microsoft.Storage").registration_state == "Registered"
    found = resources.providers.get("microsoft.keyvault")
    assert [each.resource_type for each in found.resource_types] == ["vaults", "vaults/keys"]
    assert "2024-11-01" in found.resource_types[0].api_versions
    namespaces = {each.namespace for each in resources.providers.list()}
    assert {"Microsoft.Databricks", "Microsoft.MachineLearningServices"} <= namespaces
