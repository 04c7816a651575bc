"""The Databricks workspaces of a cloud: each has an id, a port and an application of its own.

Made and deleted by ARM; opened again when the cloud starts. This module is light on purpose:
the application and the databricks-sdk are imported only when a workspace is opened.
"""

from __future__ import annotations

import importlib
import secrets
import shutil
import threading
from typing import TYPE_CHECKING

from localcloud.databricks.workspace import Workspace
from localcloud.errors import CloudError, LocalCloudError

if TYPE_CHECKING:
    from localcloud.cloud import Cloud
    from localcloud.databricks.services import Services

_KIND = "databricks.workspace"
_LOAD_AFTER_SECONDS = 2
"""Time that the cloud's other servers have to start first."""


_open: dict[str, Services] = {}
"""The open workspaces of this process, by workspace id."""


def create(cloud: Cloud, resource_id: str) -> Workspace:
    """Make a workspace and open it; a workspace that exists stays as it is.

    Raises:
        CloudError: 409, there are as many as the cloud has ports for.
    """
    with cloud.store.transaction():
        workspace = find(cloud, resource_id)
        if workspace is None:
            workspace = Workspace(
                resource_id=resource_id,
                workspace_id=str(10**15 + secrets.randbelow(9 * 10**15)),
                port=_free_port(cloud),
            )
            document = {"resource_id": resource_id, "workspace_id": workspace.workspace_id}
            cloud.store.put(_KIND, resource_id.lower(), {**document, "port": workspace.port})
    if workspace.workspace_id not in _open:
        _open_workspace(cloud, workspace)
    return workspace


def find(cloud: Cloud, resource_id: str) -> Workspace | None:
    """The workspace of an ARM id, or None."""
    found = cloud.store.get(_KIND, resource_id.lower())
    return None if found is None else Workspace(**found)


def delete(cloud: Cloud, resource_id: str) -> None:
    """Stop what a workspace runs, close its port and forget it; nothing happens without it."""
    from localcloud.databricks.documents import forget_workspace

    workspace = find(cloud, resource_id)
    if workspace is None:
        return
    _close(cloud, workspace)
    with cloud.store.transaction():
        forget_workspace(cloud.store, workspace.workspace_id)
        cloud.store.delete(_KIND, resource_id.lower())
    for folder in (workspace.logs(cloud.home), workspace.scratch(cloud.home)):
        shutil.rmtree(folder, ignore_errors=True)


def reopen_all(cloud: Cloud) -> None:
    """Open every workspace that the store has, at the start of the cloud."""
    for _, found in cloud.store.list(_KIND):
        _open_workspace(cloud, Workspace(**found))
    # The application's import takes seconds: they pass while a client makes its first resources.
    ahead = threading.Timer(
        _LOAD_AFTER_SECONDS, importlib.import_module, ("localcloud.databricks.app",)
    )
    ahead.daemon = True
    ahead.start()


def close_all(cloud: Cloud) -> None:
    """Stop what the workspaces run and close their ports; they stay in the store."""
    for _, found in cloud.store.list(_KIND):
        _close(cloud, Workspace(**found))


def _open_workspace(cloud: Cloud, workspace: Workspace) -> None:
    from localcloud.databricks.app import create_app
    from localcloud.databricks.services import open_services

    services = open_services(cloud, workspace)
    try:
        cloud.listeners.start(create_app(services), workspace.port)
    except LocalCloudError:
        services.close()
        raise
    _open[workspace.workspace_id] = services


def _close(cloud: Cloud, workspace: Workspace) -> None:
    services = _open.pop(workspace.workspace_id, None)
    if services is not None:
        services.close()
        cloud.listeners.stop(workspace.port)


def _free_port(cloud: Cloud) -> int:
    taken = {found["port"] for _, found in cloud.store.list(_KIND)}
    for port in cloud.home.databricks_ports:
        if port not in taken:
            return port
    raise CloudError(
        409,
        "QuotaExceeded",
        f"a local cloud has at most {len(taken)} Databricks workspaces; delete one first",
    )
