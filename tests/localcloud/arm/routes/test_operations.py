"""Long-running operations, as clients follow them."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from localcloud.arm.operations import POLL_MILLISECONDS
from localcloud.cloud import Cloud
from localcloud.http import Fault

VERSION = {"api-version": "2024-03-01"}
IDENTITY = "providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-1"
HERE = {"location": "westeurope"}
PATIENCE_SECONDS = 60


def ended(arm: TestClient, url: str) -> Any:
    """The first answer that is not 202."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        answer = arm.get(url)
        if answer.status_code != 202:
            return answer
        assert answer.headers["x-ms-retry-after-ms"] == str(POLL_MILLISECONDS)
        time.sleep(POLL_MILLISECONDS / 1000)
    raise AssertionError(f"{url} did not end")


@pytest.fixture
def go_on(in_process: Cloud, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """What is being deleted is deleted once this is set."""
    event = threading.Event()
    take_fault = in_process.monitor.take_fault

    def wait(method: str, path: str) -> Fault | None:
        assert method != "DEPROVISION" or event.wait(PATIENCE_SECONDS)
        return take_fault(method, path)

    monkeypatch.setattr(in_process.monitor, "take_fault", wait)
    return event


def test_a_deletion_is_followed_to_its_end(
    arm: TestClient, local_group: str, go_on: threading.Event
) -> None:
    accepted = arm.delete(local_group, params=VERSION)
    assert (accepted.status_code, accepted.content) == (202, b"")
    assert "Azure-AsyncOperation" not in accepted.headers
    state = arm.get(local_group, params=VERSION).json()["properties"]["provisioningState"]
    assert state == "Deleting"
    again = arm.delete(local_group, params=VERSION)
    assert (again.status_code, again.headers["Location"]) == (202, accepted.headers["Location"])
    refused = arm.put(
        f"{local_group}/{IDENTITY}", params={"api-version": "2023-01-31"}, json=HERE
    ).json()
    assert refused["error"]["code"] == "ResourceGroupBeingDeleted"
    refused = arm.put(local_group, params=VERSION, json=HERE).json()
    assert refused["error"]["code"] == "AnotherOperationInProgress"
    go_on.set()
    assert ended(arm, accepted.headers["Location"]).status_code == 200
    assert arm.head(local_group, params=VERSION).status_code == 404


def test_a_deletion_that_fails_says_why_and_can_be_repeated(
    arm: TestClient, local_group: str, in_process: Cloud, go_on: threading.Event
) -> None:
    in_process.monitor.set_faults(
        [Fault(method="DEPROVISION", path=".*", status=503, code="ServiceDown")]
    )
    location = arm.delete(local_group, params=VERSION).headers["Location"]
    go_on.set()
    failed = ended(arm, location)
    assert (failed.status_code, failed.json()["error"]["code"]) == (503, "ServiceDown")
    status = arm.get(location.replace("operationResults", "operationStatuses")).json()
    assert (status["status"], status["error"]["code"]) == ("Failed", "ServiceDown")
    state = arm.get(local_group, params=VERSION).json()["properties"]["provisioningState"]
    assert state == "Failed"
    ended(arm, arm.delete(local_group, params=VERSION).headers["Location"])
    assert arm.head(local_group, params=VERSION).status_code == 404


def test_an_operation_that_nobody_knows_is_not_found(arm: TestClient) -> None:
    subscription = "10ca1000-0000-4000-8000-000000000004"
    path = f"/subscriptions/{subscription}/providers/Microsoft.Storage/locations/westeurope"
    for kind in ("operationStatuses", "operationResults"):
        answer = arm.get(f"{path}/{kind}/none", params=VERSION)
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "OperationNotFound")
