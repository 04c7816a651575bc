"""Fixtures: a workspace in this process without Spark, and a laboratory in a started cloud."""

from __future__ import annotations

import base64
import itertools
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from azure.storage.blob import ContainerClient
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.compute import ClusterSpec
from databricks.sdk.service.jobs import NotebookTask, Run, RunOutput, SubmitTask
from databricks.sdk.service.workspace import ImportFormat, Language
from fastapi.testclient import TestClient

from localcloud.cloud import Cloud
from localcloud.databricks import spark_settings
from localcloud.databricks.app import create_app
from localcloud.databricks.services import Services, open_services
from localcloud.databricks.workspace import Workspace
from localcloud.store import JsonObject
from localcloud.tokens import DATABRICKS_AUDIENCE, SUBSCRIPTION_ID

SPARK_VERSION = "15.4.x-scala2.12"
NODE_TYPE = "Standard_D4ds_v5"
STAND_IN = Path(__file__).parent / "stand_in.py"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg-databricks-tests"
CONTAINER = "data"


# ---------------------------------------------------------------- in this process


@pytest.fixture
def local_workspace() -> Workspace:
    """The workspace that the in-process fixtures open."""
    return Workspace(resource_id="/none", workspace_id="1234567890123456", port=20010)


@pytest.fixture
def services(in_process: Cloud, local_workspace: Workspace) -> Iterator[Services]:
    """Everything behind the API of a workspace. A run or a filled pool would start real Spark."""
    opened = open_services(in_process, local_workspace)
    yield opened
    opened.close()


@pytest.fixture
def light_services(services: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    """As ``services``, with a small program for Spark: it says what a notebook's text tells it."""

    def command(settings_file: Path) -> list[str]:
        return [sys.executable, str(STAND_IN), str(settings_file)]

    monkeypatch.setattr(spark_settings, "command", command)
    monkeypatch.setattr(spark_settings, "spark_conf", lambda *_: {})
    return services


@pytest.fixture
def api(services: Services) -> TestClient:
    """A client of the API in this process, with a token of the cloud."""
    token = services.cloud.tokens.issue(DATABRICKS_AUDIENCE)
    return TestClient(
        create_app(services),
        base_url=services.workspace.url,
        headers={"Authorization": f"Bearer {token}"},
    )


@pytest.fixture
def run_request() -> Callable[..., JsonObject]:
    """Makes a body of ``runs/submit`` that is accepted, with changes to its cluster or task."""

    def make(*, task: JsonObject | None = None, **cluster: Any) -> JsonObject:
        new_cluster = {
            "spark_version": SPARK_VERSION,
            "node_type_id": None if "instance_pool_id" in cluster else NODE_TYPE,
            "num_workers": 1,
            **cluster,
        }
        notebook = {"notebook_path": "/Shared/notebook"}
        first = {"task_key": "main", "notebook_task": notebook, "new_cluster": new_cluster}
        return {"run_name": "test", "tasks": [{**first, **(task or {})}]}

    return make


# ---------------------------------------------------------------- in a started cloud


@dataclass(frozen=True)
class Lab:
    """A Databricks workspace and a container beside it, in the started cloud.

    Attributes:
        workspace_id: 16 digits.
        client: the real SDK, signed in as the cloud's environment says.
        root: the container as Spark names it.
        key_setting: the Spark setting that opens the container's account.
    """

    cloud: Any
    workspace_id: str
    client: WorkspaceClient
    container: ContainerClient
    root: str
    key_setting: str
    account_key: str
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def notebook(self, *lines: str, path: str | None = None) -> str:
        """Import a Python notebook; returns its path."""
        path = path or f"/Shared/lab-{next(self._numbers)}"
        content = "\n".join(("# Databricks notebook source", *lines))
        self.client.workspace.import_(
            path,
            content=base64.b64encode(content.encode()).decode(),
            format=ImportFormat.SOURCE,
            language=Language.PYTHON,
            overwrite=True,
        )
        return path

    def submit(self, path: str, parameters: dict[str, str] | None = None, **cluster: Any) -> int:
        """Submit a notebook, to a cluster of its own or an existing one; returns the run's id."""
        existing = cluster.pop("existing_cluster_id", None)
        spec = {"spark_version": SPARK_VERSION, "num_workers": 1, **cluster}
        if "instance_pool_id" not in spec:
            spec["node_type_id"] = NODE_TYPE
        task = SubmitTask(
            task_key="main",
            existing_cluster_id=existing,
            new_cluster=None if existing else ClusterSpec(**spec),
            notebook_task=NotebookTask(notebook_path=path, base_parameters=parameters),
        )
        return int(self.client.jobs.submit(run_name="test", tasks=[task]).run_id)

    def run(self, path: str, parameters: dict[str, str] | None = None, **cluster: Any) -> RunOutput:
        """Run a notebook to its end; returns what came out of its task."""
        run = self.wait(self.submit(path, parameters, **cluster))
        return self.client.jobs.get_run_output(task_run_id(run))

    def wait(self, run_id: int, until: Callable[[Run], bool] | None = None) -> Run:
        """Follow a run until it is over, or until it is as told."""
        fits = until or _is_over
        self.wait_until(lambda: fits(self.client.jobs.get_run(run_id)))
        return self.client.jobs.get_run(run_id)

    def wait_until(self, what: Callable[[], bool]) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + 180
        while not what():
            assert time.monotonic() < deadline, "it did not happen within 180 s"
            time.sleep(0.2)


def _is_over(run: Run) -> bool:
    return bool(run.state and run.state.result_state)


def task_run_id(run: Run) -> int:
    """Id of the run's only task."""
    assert run.tasks
    assert run.tasks[0].run_id
    return run.tasks[0].run_id


@pytest.fixture(scope="session")
def lab(cloud: Any) -> Lab:
    """One laboratory for all tests of this folder. It ends with the cloud."""
    account = "stdatabrickslab"
    storage = f"{GROUP_ID}/providers/Microsoft.Storage/storageAccounts/{account}"
    with cloud.http() as arm:
        arm.put(f"{GROUP_ID}?api-version=2024-03-01", json={"location": "westeurope"})
        body = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
        _make(arm, f"{storage}?api-version=2024-01-01", body)
        keys = arm.post(f"{storage}/listKeys?api-version=2024-01-01").raise_for_status().json()
        key = keys["keys"][0]["value"]
        body = {
            "location": "westeurope",
            "sku": {"name": "premium"},
            "properties": {
                "computeMode": "Hybrid",
                "managedResourceGroupId": f"{GROUP_ID}-managed",
            },
        }
        path = f"{GROUP_ID}/providers/Microsoft.Databricks/workspaces/dbw-tests"
        workspace = _make(arm, f"{path}?api-version=2026-01-01", body)
    container = ContainerClient(
        cloud.home.blob_endpoint(account),
        CONTAINER,
        credential={"account_name": account, "account_key": key},
    )
    container.create_container()
    host = f"{account}.blob.{cloud.home.storage_suffix}"
    return Lab(
        cloud=cloud,
        workspace_id=workspace["properties"]["workspaceId"],
        client=WorkspaceClient(
            host=f"https://{workspace['properties']['workspaceUrl']}",
            token=cloud.token(DATABRICKS_AUDIENCE),
        ),
        container=container,
        root=f"wasbs://{CONTAINER}@{host}",
        key_setting=f"fs.azure.account.key.{host}",
        account_key=key,
    )


def _make(arm: Any, url: str, body: JsonObject) -> JsonObject:
    """Make a resource and wait for it; returns what GET shows then."""
    arm.put(url, json=body).raise_for_status()
    for _ in range(600):
        shown = arm.get(url)
        if shown.status_code == 200:
            resource: JsonObject = shown.json()
            if resource["properties"]["provisioningState"] == "Succeeded":
                return resource
        time.sleep(0.1)
    raise AssertionError(f"{url} was not made: {shown.text}")
