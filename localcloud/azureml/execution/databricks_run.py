"""One notebook run on the attached Databricks workspace, through the vendor's own client.

Knows Databricks' jobs and secrets; knows nothing of pipelines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from databricks.sdk import WorkspaceClient
from databricks.sdk.core import Config
from databricks.sdk.errors import (
    InternalError,
    ResourceAlreadyExists,
    TemporarilyUnavailable,
    TooManyRequests,
)
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.service import jobs
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_exponential

from localcloud.azureml.execution.cluster_request import libraries, new_cluster
from localcloud.azureml.execution.places import SECRET_SCOPE, Place
from localcloud.azureml.scope import RESOURCE, Workspace
from localcloud.azureml.wire import bad_request, not_found

Config.attributes()
"""The SDK makes this table once and keeps it; steps that start at once would break its making."""

_ANSI_COLOUR = re.compile(r"\x1b\[[0-9;]*m")

RETRY_SECONDS = 30
"""How long the client tries again when Databricks does not answer."""

_WAITING = frozenset(
    {
        jobs.RunLifeCycleState.QUEUED,
        jobs.RunLifeCycleState.PENDING,
        jobs.RunLifeCycleState.BLOCKED,
        jobs.RunLifeCycleState.WAITING_FOR_RETRY,
    }
)
_ENDED = frozenset(
    {
        jobs.RunLifeCycleState.TERMINATED,
        jobs.RunLifeCycleState.SKIPPED,
        jobs.RunLifeCycleState.INTERNAL_ERROR,
    }
)


_patiently = retry(
    retry=retry_if_exception_type((InternalError, TemporarilyUnavailable, TooManyRequests)),
    wait=wait_exponential(multiplier=0.1, max=2),
    stop=stop_after_delay(RETRY_SECONDS),
    reraise=True,
)
"""For questions about a run: it goes on while Databricks is in trouble, so ask again."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What Databricks says of a run that has been submitted.

    Attributes:
        task_run_id: run id of the run's only task: its output is asked for under this.
        page_url: where a person can look at the run.
        waiting: nothing of the notebook has run yet.
        ended: the run will not change any more.
        succeeded: the notebook ran to its end.
        canceled: someone stopped it.
        message: the state in words.
    """

    task_run_id: int
    page_url: str
    waiting: bool
    ended: bool
    succeeded: bool
    canceled: bool
    message: str


@dataclass(frozen=True, kw_only=True)
class NotebookOutput:
    """What a notebook has written so far; texts are empty if there is none."""

    stdout: str = ""
    error: str = ""
    error_trace: str = ""


def connect(workspace: Workspace, compute_name: str) -> WorkspaceClient:
    """A client for the Databricks workspace behind an attached compute.

    Raises:
        CloudError: the compute or what it is attached to does not exist.
    """
    attached = workspace.child("computes", compute_name)
    if attached is None:
        raise not_found("compute", compute_name)
    resource_id = str(attached["properties"]["resourceId"])
    target = workspace.cloud.store.get(RESOURCE, resource_id.lower())
    if target is None:
        raise bad_request(
            f"compute {compute_name!r} is attached to {resource_id}, which does not exist"
        )
    secret = workspace.child_secret("computes", compute_name)
    return WorkspaceClient(
        config=Config(
            host=f"https://{target['properties']['workspaceUrl']}",
            token=secret.get("databricksAccessToken", ""),
            auth_type="pat",
            retry_timeout_seconds=RETRY_SECONDS,
        )
    )


def store_keys(client: WorkspaceClient, places: Iterable[Place]) -> None:
    """Put the storage keys that a notebook needs into the scope made for them."""
    with suppress(ResourceAlreadyExists):
        client.secrets.create_scope(SECRET_SCOPE)
    keys = {place.secret_name: place.account_key for place in places}
    for name, key in keys.items():
        client.secrets.put_secret(SECRET_SCOPE, name, string_value=key)


def submit(
    client: WorkspaceClient,
    *,
    notebook_path: str,
    widgets: Mapping[str, str],
    settings: Mapping[str, str],
    default_run_name: str,
    idempotency_token: str,
) -> int:
    """Start a notebook; returns Databricks' run id.

    Args:
        settings: DatabricksStep's settings, under its names.
        idempotency_token: the same token starts the same run once.
    """
    timeout = settings.get("timeout_seconds")
    waiter = client.jobs.submit(
        run_name=settings.get("run_name") or default_run_name,
        idempotency_token=idempotency_token,
        timeout_seconds=None if timeout is None else int(timeout),
        tasks=[
            jobs.SubmitTask(
                task_key="notebook",
                notebook_task=jobs.NotebookTask(
                    notebook_path=notebook_path, base_parameters=dict(widgets)
                ),
                existing_cluster_id=settings.get("existing_cluster_id"),
                new_cluster=new_cluster(settings),
                libraries=libraries(settings) or None,
            )
        ],
    )
    return int(waiter.run_id)


@_patiently
def progress(client: WorkspaceClient, run_id: int) -> Progress:
    """How far a run is."""
    run = client.jobs.get_run(run_id)
    state = run.state or jobs.RunState()
    result = state.result_state
    words = [state.life_cycle_state and state.life_cycle_state.value, result and result.value]
    task_run_ids = [task.run_id for task in run.tasks or [] if task.run_id is not None]
    return Progress(
        task_run_id=task_run_ids[0] if task_run_ids else run_id,
        page_url=run.run_page_url or "",
        waiting=state.life_cycle_state in _WAITING,
        ended=state.life_cycle_state in _ENDED,
        succeeded=result == jobs.RunResultState.SUCCESS,
        canceled=result == jobs.RunResultState.CANCELED,
        message=": ".join(filter(None, [" ".join(filter(None, words)), state.state_message])),
    )


def cancel_quietly(client: WorkspaceClient, run_id: int) -> None:
    """Stop a run that nobody will ask about any more; it may have ended, or be out of reach."""
    with suppress(DatabricksError, OSError):
        client.jobs.cancel_run(run_id)


@_patiently
def output(client: WorkspaceClient, task_run_id: int) -> NotebookOutput:
    """What the notebook has written so far."""
    found = client.jobs.get_run_output(task_run_id)
    return NotebookOutput(
        stdout=found.logs or "",
        error=_ANSI_COLOUR.sub("", found.error or ""),
        error_trace=_ANSI_COLOUR.sub("", found.error_trace or ""),
    )
