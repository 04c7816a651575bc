"""Subscription, tenant and locations, through Azure's own client."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity import ManagedIdentityCredential
from azure.mgmt.resource import SubscriptionClient

from localcloud.tokens import ARM_AUDIENCE, SUBSCRIPTION_ID, TENANT_ID

pytestmark = pytest.mark.servers


def test_there_is_one_subscription_in_one_tenant(cloud: Any) -> None:
    client = SubscriptionClient(
        ManagedIdentityCredential(),
        base_url=cloud.home.arm_url,
        credential_scopes=[f"{ARM_AUDIENCE}/.default"],
    )
    assert [each.subscription_id for each in client.subscriptions.list()] == [SUBSCRIPTION_ID]
    assert client.subscriptions.get(SUBSCRIPTION_ID).state == "Enabled"
    assert [each.tenant_id for each in client.tenants.list()] == [TENANT_ID]
    locations = {each.name for each in client.subscriptions.list_locations(SUBSCRIPTION_ID)}
    assert {"westeurope", "northeurope"} <= locations
    with pytest.raises(HttpResponseError, match="could not be found"):
        client.subscriptions.get(TENANT_ID)
