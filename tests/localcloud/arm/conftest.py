"""Fixtures: Azure Resource Manager in this process, and real clients of a started cloud."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import httpx
import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity import ManagedIdentityCredential
from fastapi.testclient import TestClient

from localcloud.arm import create_app
from localcloud.arm.operations import POLL_MILLISECONDS
from localcloud.cloud import Cloud
from localcloud.tokens import ARM_AUDIENCE, SUBSCRIPTION_ID

SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION_ID}"


@pytest.fixture
def arm(in_process: Cloud) -> TestClient:
    """A client of Azure Resource Manager in this process, with a token."""
    token = in_process.tokens.issue(ARM_AUDIENCE)
    return TestClient(
        create_app(in_process),
        base_url=in_process.home.arm_url,
        headers={"Authorization": f"Bearer {token}"},
    )


@pytest.fixture
def local_group(arm: TestClient) -> str:
    """Id of a resource group in the in-process server."""
    group_id = f"{SUBSCRIPTION}/resourceGroups/rg-test"
    arm.put(
        group_id, params={"api-version": "2024-03-01"}, json={"location": "westeurope"}
    ).raise_for_status()
    return group_id


@pytest.fixture
def group(cloud: Any) -> Iterator[str]:
    """Name of a resource group of the test's own in the started cloud, deleted afterwards."""
    name = f"rg-{uuid.uuid4().hex[:12]}"
    path = f"{SUBSCRIPTION}/resourceGroups/{name}?api-version=2024-03-01"
    with cloud.http() as client:
        client.put(path, json={"location": "westeurope"}).raise_for_status()
        yield name
        gone = client.delete(path)
        if gone.status_code != 404:
            follow(client, gone)


@pytest.fixture
def client_of(cloud: Any) -> Callable[..., Any]:
    """Makes a real management client: ``client_of(StorageManagementClient)``."""

    def make(client_class: Callable[..., Any], **options: Any) -> Any:
        return client_class(
            ManagedIdentityCredential(),
            SUBSCRIPTION_ID,
            base_url=cloud.home.arm_url,
            credential_scopes=[f"{ARM_AUDIENCE}/.default"],
            **options,
        )

    return make


@pytest.fixture
def refuses() -> Callable[[str], AbstractContextManager[None]]:
    """Expects a real client's call to be refused: ``with refuses("SubnetInUse"): ...``."""

    @contextmanager
    def expect(code: str) -> Iterator[None]:
        with pytest.raises(HttpResponseError) as caught:
            yield
        assert caught.value.error is not None
        assert caught.value.error.code == code

    return expect


def follow(client: httpx.Client, answer: httpx.Response) -> httpx.Response:
    """Poll ``Location`` until the operation has ended."""
    for _ in range(300):
        answer = client.get(answer.headers["Location"])
        if answer.status_code != 202:
            return answer.raise_for_status()
        time.sleep(POLL_MILLISECONDS / 1000)
    raise AssertionError("the operation did not end")
