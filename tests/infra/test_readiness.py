"""Waiting for a workspace that answers late and unreliably, from a real HTTP server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from infra.readiness import (
    PROBE,
    Answer,
    NotReadyError,
    SignInError,
    asker,
    is_young,
    wait_until_ready,
)
from tests.infra.examples import databricks_access, databricks_workspace, site
from tests.infra.harness import deploy
from tests.infra.mock_cloud import MockCloud

CUT = 0
"""Stands for a connection that is closed without an answer."""

ACCESS = databricks_access("pat")


@dataclass
class Workspace:
    """A server that answers the probe with these statuses in turn, the last one for ever."""

    url: str
    statuses: list[int]
    seen: list[str] = field(default_factory=list)


@pytest.fixture
def workspace(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != PROBE:
                self.send_error(404)
                return
            told.seen.append(str(self.headers["Authorization"]))
            status = told.statuses.pop(0) if len(told.statuses) > 1 else told.statuses[0]
            if status == CUT:
                self.close_connection = True
                return
            body = b'{"error_code": "TEMPORARILY_UNAVAILABLE",\n "message": "not yet"}'
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    monkeypatch.setenv("DATABRICKS_TOKEN", "dapi-of-the-deployer")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    told = Workspace(f"http://127.0.0.1:{server.server_port}", [200])
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_workspace_is_ready_after_enough_good_answers_in_a_row(workspace: Workspace) -> None:
    workspace.statuses = [503, CUT, 200, 200, 429, 200, 200, 200, 500]
    ask = asker(workspace.url, "/subscriptions/s", "pat")

    assert asyncio.run(wait_until_ready(workspace.url, ask, ACCESS)) == workspace.url

    assert workspace.seen == ["Bearer dapi-of-the-deployer"] * 8


def test_a_workspace_that_stays_bad_is_an_error_with_its_last_answer_and_what_to_do(
    workspace: Workspace,
) -> None:
    workspace.statuses = [200, 200, 503]
    ask = asker(workspace.url, "/subscriptions/s", "pat")
    hasty = replace(ACCESS, limit_seconds=0.2)

    with pytest.raises(NotReadyError) as refused:
        asyncio.run(wait_until_ready(workspace.url, ask, hasty))

    said = str(refused.value)
    assert said.startswith(f"Databricks workspace {workspace.url} is not ready after 0 s")
    assert "3 good answers in a row are needed, 2 of " in said
    last = '503 {"error_code": "TEMPORARILY_UNAVAILABLE", "message": "not yet"}'
    assert f"It answered last: {last}. " in said
    assert "pulumi up" in said
    assert "pulumi config set readyLimitMinutes" in said


def test_a_workspace_that_does_not_answer_at_all_is_told_apart(workspace: Workspace) -> None:
    workspace.statuses = [CUT]

    answer = asker(workspace.url, "/subscriptions/s", "pat")()

    assert answer == Answer(good=False, says="no answer (ConnectionError)")


def test_without_credentials_nobody_waits(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATABRICKS_TOKEN", "DATABRICKS_CONFIG_PROFILE", "DATABRICKS_HOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", "/nonexistent")
    ask = asker(workspace.url, "/subscriptions/s", "pat")

    with pytest.raises(SignInError, match="databricksAuthType=pat"):
        asyncio.run(wait_until_ready(workspace.url, ask, ACCESS))

    assert workspace.seen == []


@pytest.mark.parametrize(
    ("created", "young"),
    [
        (None, True),
        ("2026-11-25T11:00:01.1234567Z", True),
        ("2026-11-25T10:59:59Z", False),
        ("2026-11-25T11:00:01", True),
        ("2026-11-25T12:00:30+00:00", True),
    ],
)
def test_only_a_workspace_of_the_last_hour_may_still_be_starting(
    created: str | None, young: bool
) -> None:
    assert is_young(created, datetime(2026, 11, 25, 12, tzinfo=UTC)) == young


@pytest.mark.parametrize(
    ("age", "preview", "asked"),
    [
        (timedelta(minutes=1), False, 3),
        (timedelta(hours=2), False, 0),
        (timedelta(minutes=1), True, 0),
    ],
)
def test_the_provider_of_a_new_workspace_waits_for_it(
    age: timedelta, preview: bool, asked: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    def scripted(url: str, resource_id: str, auth_type: str) -> object:
        def ask() -> Answer:
            calls.append(f"{url} {resource_id} {auth_type}")
            return Answer(good=True, says="200")

        return ask

    monkeypatch.setattr("infra.databricks_workspace.asker", scripted)
    created = (datetime.now(UTC) - age).isoformat()
    cloud = MockCloud(workspace_created=created, workspace_host="adb-1.azuredatabricks.net")

    deployed = deploy(lambda: databricks_workspace(site()), cloud=replace(cloud, preview=preview))

    assert calls == ["https://adb-1.azuredatabricks.net id-of-databricks-dbricks azure-cli"] * asked
    assert len([found for found in deployed.resources if "providers" in found.type]) == 1
