"""Resource providers that are not registered refuse what is written to them."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from localcloud.tokens import SUBSCRIPTION_ID

PROVIDERS = f"/subscriptions/{SUBSCRIPTION_ID}/providers"
VERSION = {"api-version": "2024-11-01"}
IDENTITY = {"api-version": "2023-01-31"}
NAMESPACE = "Microsoft.ManagedIdentity"


def state(arm: TestClient, namespace: str = NAMESPACE) -> str:
    found: str = arm.get(f"{PROVIDERS}/{namespace}", params=VERSION).json()["registrationState"]
    return found


def test_an_unregistered_provider_refuses_writes_until_it_is_registered(
    arm: TestClient, local_group: str
) -> None:
    path = f"{local_group}/providers/{NAMESPACE}/userAssignedIdentities/id-1"
    assert state(arm) == "Registered"
    arm.post(f"{PROVIDERS}/{NAMESPACE.lower()}/unregister", params=VERSION).raise_for_status()
    assert state(arm) == "NotRegistered"

    refused = arm.put(path, params=IDENTITY, json={"location": "westeurope"})

    assert (refused.status_code, refused.json()["error"]["code"]) == (
        409,
        "MissingSubscriptionRegistration",
    )
    arm.post(f"{PROVIDERS}/{NAMESPACE}/register", params=VERSION).raise_for_status()
    assert arm.put(path, params=IDENTITY, json={"location": "westeurope"}).is_success


@pytest.mark.parametrize("action", ["register", "unregister"])
def test_a_provider_that_does_not_exist_is_refused(arm: TestClient, action: str) -> None:
    assert arm.post(f"{PROVIDERS}/Microsoft.Lions/{action}", params=VERSION).status_code == 404
    assert state(arm, "Microsoft.Compute") == "Registered"
