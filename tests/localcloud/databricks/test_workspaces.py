"""Workspaces come, go and come back, each on a port of its own."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from localcloud import tls
from localcloud.cloud import Cloud
from localcloud.databricks import workspaces
from localcloud.databricks.workspace import Workspace
from localcloud.errors import CloudError
from localcloud.home import MAX_WORKSPACES
from localcloud.listeners import Listeners
from localcloud.ports import port_is_free
from localcloud.tokens import DATABRICKS_AUDIENCE

pytestmark = pytest.mark.servers


@pytest.fixture
def listening(in_process: Cloud, tmp_path: Path) -> Iterator[Cloud]:
    """A cloud whose listeners listen, on free ports."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    cloud = replace(
        in_process,
        home=replace(in_process.home, base_port=_free_base_port()),
        listeners=Listeners(tls.ensure(tmp_path / "tls"), loop),
    )
    yield cloud
    workspaces.close_all(cloud)
    asyncio.run_coroutine_threadsafe(cloud.listeners.stop_all_here(), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


def _free_base_port() -> int:
    for base in range(30000, 60000, 20):
        if all(port_is_free(port) for port in range(base, base + 10 + MAX_WORKSPACES)):
            return base
    raise AssertionError("no free ports")


def ask(cloud: Cloud, workspace: Workspace, path: str) -> httpx.Response:
    token = cloud.tokens.issue(DATABRICKS_AUDIENCE)
    trust = ssl.create_default_context(cafile=str(cloud.listeners.certificates.authority))
    return httpx.get(
        f"{workspace.url}/api/2.0{path}",
        headers={"Authorization": f"Bearer {token}"},
        verify=trust,
        timeout=30,
    )


def folders(cloud: Cloud, workspace: Workspace) -> list[str]:
    answer = ask(cloud, workspace, "/workspace/list?path=/Shared").raise_for_status()
    return [found["path"] for found in answer.json()["objects"]]


def test_a_workspace_is_made_once_and_found_whatever_the_case_of_its_id(listening: Cloud) -> None:
    first = workspaces.create(listening, "/subscriptions/s/workspaces/A")
    assert workspaces.create(listening, "/subscriptions/s/workspaces/a") == first
    assert workspaces.find(listening, "/SUBSCRIPTIONS/S/workspaces/a") == first
    assert len(first.workspace_id) == 16
    assert first.host == f"localhost:{listening.home.databricks_ports[0]}"


def test_workspaces_do_not_see_each_others_things(listening: Cloud) -> None:
    first, second = (workspaces.create(listening, name) for name in ("/a", "/b"))
    assert first.port != second.port
    workspaces._open[first.workspace_id].objects.make_folders("/Shared/mine")
    assert (folders(listening, first), folders(listening, second)) == (["/Shared/mine"], [])


def test_a_deleted_workspace_is_gone_and_its_port_free(listening: Cloud) -> None:
    workspace = workspaces.create(listening, "/a")
    workspaces._open[workspace.workspace_id].objects.make_folders("/Shared/mine")
    workspaces.delete(listening, "/a")
    workspaces.delete(listening, "/a")
    assert workspaces.find(listening, "/a") is None
    assert port_is_free(workspace.port)
    assert listening.store.list("databricks") == []
    again = workspaces.create(listening, "/a")
    assert again.workspace_id != workspace.workspace_id
    assert folders(listening, again) == []


def test_a_reopened_workspace_is_as_it_was(listening: Cloud) -> None:
    workspace = workspaces.create(listening, "/a")
    workspaces._open[workspace.workspace_id].objects.make_folders("/Shared/mine")
    workspaces.close_all(listening)
    with pytest.raises(httpx.ConnectError):
        folders(listening, workspace)
    workspaces.reopen_all(listening)
    assert folders(listening, workspace) == ["/Shared/mine"]


def test_there_are_only_so_many_workspaces(
    listening: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspaces, "_open_workspace", lambda *_: None)
    for number in range(MAX_WORKSPACES):
        workspaces.create(listening, f"/{number}")
    with pytest.raises(CloudError, match=f"at most {MAX_WORKSPACES} Databricks workspaces"):
        workspaces.create(listening, "/one-more")
