"""The emulator's own interface: health, faults, unknown routes."""

from __future__ import annotations

from fastapi.testclient import TestClient

from localcloud.arm import create_app
from localcloud.cloud import Cloud

GROUPS = "/subscriptions/10ca1000-0000-4000-8000-000000000004/resourcegroups"
QUERY = {"api-version": "2024-03-01"}


def test_health_needs_no_token_and_tells_of_azurite(in_process: Cloud) -> None:
    answer = TestClient(create_app(in_process)).get("/_localcloud/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded", "azurite": False})


def test_the_rest_needs_a_token(in_process: Cloud) -> None:
    client = TestClient(create_app(in_process))
    assert client.get("/_localcloud/unknown-routes").status_code == 401
    assert client.put("/_localcloud/faults", json=[]).status_code == 401


def test_a_fault_hits_as_often_as_it_says(arm: TestClient) -> None:
    fault = {"path": ".*/resourcegroups", "status": 429, "code": "Throttled", "times": 2}
    fault |= {"retry_after_seconds": 3}
    arm.put("/_localcloud/faults", json=[fault]).raise_for_status()
    answers = [arm.get(GROUPS, params=QUERY) for _ in range(3)]
    assert [each.status_code for each in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "3"


def test_a_mistake_in_a_fault_is_refused(arm: TestClient) -> None:
    for rule in ({"path": "x", "state": 500}, {"path": "x", "times": "often"}, {}):
        assert arm.put("/_localcloud/faults", json=[rule]).status_code == 400


def test_unknown_routes_are_listed_until_forgotten(arm: TestClient) -> None:
    assert arm.get("/nowhere").status_code == 501
    known = arm.get("/_localcloud/unknown-routes").json()
    assert known == ["Azure Resource Manager: GET /nowhere"]
    arm.delete("/_localcloud/unknown-routes").raise_for_status()
    assert arm.get("/_localcloud/unknown-routes").json() == []
