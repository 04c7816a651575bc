"""What every server does the same way."""

import re

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from localcloud.errors import CloudError
from localcloud.http import Fault, Monitor, create_app


def authenticate(request: Request) -> None:
    if request.headers.get("Authorization") != "Bearer good":
        raise CloudError(401, "AuthenticationFailed", "no token")


@pytest.fixture
def monitor() -> Monitor:
    return Monitor()


@pytest.fixture
def client(monitor: Monitor) -> TestClient:
    app: FastAPI = create_app(
        "Test",
        error_body=lambda error: {"error": {"code": error.code, "message": error.message}},
        authenticate=authenticate,
        monitor=monitor,
        public_paths=frozenset({"/open"}),
    )

    @app.get("/open")
    def read_open() -> str:
        return "open"

    @app.get("/things/{name}")
    def read_thing(name: str) -> dict[str, str]:
        if name == "broken":
            raise ZeroDivisionError(name)
        if name == "absent":
            raise CloudError(404, "NotFound", "no thing 'absent'", {"x-ms-thing": "1"})
        return {"name": name}

    return TestClient(app, headers={"Authorization": "Bearer good"}, raise_server_exceptions=False)


def test_a_refusal_has_the_apis_own_body(client: TestClient) -> None:
    answer = client.get("/things/absent")
    assert (answer.status_code, answer.json(), answer.headers["x-ms-thing"]) == (
        404,
        {"error": {"code": "NotFound", "message": "no thing 'absent'"}},
        "1",
    )


def test_a_fault_of_our_own_has_the_apis_body_too(client: TestClient) -> None:
    answer = client.get("/things/broken")
    assert (answer.status_code, answer.json()) == (
        500,
        {"error": {"code": "InternalServerError", "message": "localcloud failed: broken"}},
    )


@pytest.mark.parametrize(("method", "path"), [("GET", "/nothing"), ("DELETE", "/things/a")])
def test_an_unknown_route_answers_501_with_its_name_and_is_recorded(
    client: TestClient, monitor: Monitor, method: str, path: str
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        501,
        f"localcloud's Test has no {method} {path}",
    )
    assert monitor.unknown_routes == [f"Test: {method} {path}"]


def test_without_a_token_only_public_paths_answer(client: TestClient) -> None:
    client.headers.pop("Authorization")
    assert client.get("/things/a").status_code == 401
    assert client.get("/open").json() == "open"


def test_a_fault_hits_as_many_matching_requests_as_it_says(
    client: TestClient, monitor: Monitor
) -> None:
    monitor.set_faults([Fault(path="/things/.*", status=429, retry_after_seconds=7, times=2)])
    answers = [client.get(path) for path in ("/open", "/things/a", "/things/a", "/things/a")]
    assert [answer.status_code for answer in answers] == [200, 429, 429, 200]
    assert answers[1].headers["Retry-After"] == "7"


def test_a_fault_can_be_for_one_method_only(client: TestClient, monitor: Monitor) -> None:
    monitor.set_faults([Fault(method="PUT", path=re.escape("/things/a"))])
    assert client.get("/things/a").status_code == 200
    assert client.put("/things/a").status_code == 500


def test_a_fault_can_only_delay(client: TestClient, monitor: Monitor) -> None:
    monitor.set_faults([Fault(path="/things/a", status=None, delay_seconds=0.01)])
    assert client.get("/things/a").json() == {"name": "a"}


def test_a_fault_can_last_for_a_while_from_the_first_request_that_meets_it(
    client: TestClient, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr("localcloud.http.time.monotonic", lambda: clock[0])
    monitor.set_faults([Fault(path="/things/.*", status=503, lasts_seconds=60)])

    statuses = []
    for now in (200.0, 259.0, 261.0, 262.0):
        clock[0] = now
        statuses.append(client.get("/things/a").status_code)

    assert statuses == [503, 503, 200, 200]
