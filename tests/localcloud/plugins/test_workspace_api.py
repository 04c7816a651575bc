"""The client of a workspace's API, before anyone answers."""

from __future__ import annotations

import threading

from localcloud.plugins.databricks.settings import Settings
from localcloud.plugins.databricks.workspace_api import WorkspaceApi

THREADS = 8
NOBODY = "https://localhost:1"


def test_threads_that_come_first_at_once_get_one_client() -> None:
    api = WorkspaceApi(
        Settings(host=NOBODY, auth_type="pat", token="dapi", resource_id="", retry_seconds=1)
    )
    clients, together = [], threading.Barrier(THREADS)

    def connect() -> None:
        together.wait()
        clients.append(api._connect())

    threads = [threading.Thread(target=connect) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(clients) == THREADS
    assert len(set(map(id, clients))) == 1
