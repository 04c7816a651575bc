"""Injected faults as a real client meets them over the wire."""

from __future__ import annotations

import httpx
import pytest

from tests.conftest import RunningCloud

pytestmark = pytest.mark.servers

GROUP = "/subscriptions/{}/resourceGroups/rg-faults?api-version=2024-03-01"


def put_group(cloud: RunningCloud) -> httpx.Response:
    with cloud.http() as client:
        path = GROUP.format(cloud.environment["AZURE_SUBSCRIPTION_ID"])
        return client.put(path, json={"location": "westeurope"})


def group_exists(cloud: RunningCloud) -> bool:
    with cloud.http() as client:
        path = GROUP.format(cloud.environment["AZURE_SUBSCRIPTION_ID"])
        return client.get(path).status_code == 200


def test_a_cut_connection_gives_no_answer_and_nothing_was_done(cloud: RunningCloud) -> None:
    cloud.inject({"path": ".*/resourceGroups/rg-faults", "method": "PUT", "reset": True})

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        put_group(cloud)
    assert not group_exists(cloud)


def test_an_answer_can_be_lost_after_the_request_was_carried_out(cloud: RunningCloud) -> None:
    fault = {"path": ".*/resourceGroups/rg-faults", "method": "PUT", "after": True}
    cloud.inject({**fault, "reset": True})

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        put_group(cloud)
    assert group_exists(cloud)

    cloud.inject({**fault, "status": 503})
    assert put_group(cloud).status_code == 503
