"""Managed identities and federated credentials, through Azure's own client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.msi import ManagedServiceIdentityClient

from localcloud.tokens import TENANT_ID

pytestmark = pytest.mark.servers

TRUST = {
    "issuer": "https://token.actions.githubusercontent.com",
    "subject": "repo:someone/something:environment:dev",
    "audiences": ["api://AzureADTokenExchange"],
}


@pytest.fixture
def msi(client_of: Callable[..., Any]) -> Any:
    return client_of(ManagedServiceIdentityClient)


def test_an_identity_is_made_read_updated_and_deleted(msi: Any, group: str) -> None:
    identities = msi.user_assigned_identities
    made = identities.create_or_update(group, "id-1", {"location": "westeurope"})
    assert made.tenant_id == TENANT_ID
    assert made.principal_id != made.client_id
    changed = identities.update(group, "id-1", {"tags": {"a": "b"}})
    assert (changed.tags, changed.client_id) == ({"a": "b"}, made.client_id)
    assert [each.name for each in identities.list_by_resource_group(group)] == ["id-1"]
    identities.delete(group, "id-1")
    assert list(identities.list_by_resource_group(group)) == []


def test_a_federated_credential_is_made_read_and_deleted(msi: Any, group: str) -> None:
    msi.user_assigned_identities.create_or_update(group, "id-1", {"location": "westeurope"})
    credentials = msi.federated_identity_credentials
    credentials.create_or_update(group, "id-1", "github", TRUST)
    found = credentials.get(group, "id-1", "github")
    assert {name: getattr(found, name) for name in TRUST} == TRUST
    with pytest.raises(HttpResponseError, match="are those of 'github' already"):
        credentials.create_or_update(group, "id-1", "other", TRUST)
    with pytest.raises(HttpResponseError, match="has no 'subject'"):
        credentials.create_or_update(group, "id-1", "other", {**TRUST, "subject": None})
    credentials.delete(group, "id-1", "github")
    assert list(credentials.list(group, "id-1")) == []
