"""``/api/2.1/jobs/runs`` and ``/api/2.2/jobs/runs``: runs that are submitted without a job."""

from __future__ import annotations

from typing import Annotated

from databricks.sdk.service.jobs import JobsAPI
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from localcloud.databricks import run_views
from localcloud.databricks.errors import invalid
from localcloud.databricks.routes.dependencies import OpenWorkspace
from localcloud.databricks.runs import RunRecord
from localcloud.databricks.wire import check_body
from localcloud.store import JsonObject

MAX_PAGE = 25
DEFAULT_PAGE = 20
"""Source: databricks-sdk, ``JobsAPI.list_runs``."""

router = APIRouter(prefix="/jobs/runs")


class Wanted(BaseModel):
    """Which runs a list holds."""

    active_only: bool = False
    completed_only: bool = False
    limit: int = Field(DEFAULT_PAGE, ge=0, le=MAX_PAGE)
    page_token: int = Field(0, ge=0)
    start_time_from: int = 0
    start_time_to: int | None = None
    expand_tasks: bool = False

    def fits(self, record: RunRecord) -> bool:
        """Whether a run is one of them."""
        latest = record.start_time if self.start_time_to is None else self.start_time_to
        return (
            self.start_time_from <= record.start_time <= latest
            and not (self.active_only and record.is_over)
            and not (self.completed_only and not record.is_over)
        )


@router.post("/submit")
def submit(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk JobsAPI.submit); one notebook task only."""
    return {"run_id": workspace.submit(body)}


@router.get("/get")
def get(run_id: int, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk Run); state messages are this server's own."""
    record = workspace.runs.get(run_id)
    view = run_views.task_run if run_id == record.task_run_id else run_views.job_run
    return view(record, workspace.page_url(record)).as_dict()


@router.get("/get-output")
def get_output(run_id: int, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk RunOutput; airflow#25427 for the refusal)."""
    record = workspace.runs.get(run_id)
    if run_id != record.task_run_id:
        raise invalid(
            "Retrieving the output of runs with multiple tasks is not supported. Please "
            "retrieve the output of each individual task run instead."
        )
    log = workspace.execution.log_file(record)
    return run_views.output(record, workspace.page_url(record), log).as_dict()


@router.get("/list")
def list_runs(wanted: Annotated[Wanted, Query()], workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk JobsAPI.list_runs); page tokens are numbers here."""
    found = [record for record in workspace.runs.list() if wanted.fits(record)]
    end = wanted.page_token + (wanted.limit or MAX_PAGE)
    page = found[wanted.page_token : end]
    runs = [run_views.job_run(record, workspace.page_url(record)) for record in page]
    for run in runs:
        run.tasks = run.tasks if wanted.expand_tasks else None
    answer: JsonObject = {"runs": [run.as_dict() for run in runs], "has_more": end < len(found)}
    return answer | {"next_page_token": str(end)} if end < len(found) else answer


@router.post("/cancel")
def cancel(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk JobsAPI.cancel_run); it is carried out later."""
    body = check_body(JobsAPI.cancel_run, body)
    workspace.execution.cancel(body["run_id"])
    return {}


@router.post("/delete")
def delete(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk JobsAPI.delete_run)"""
    body = check_body(JobsAPI.delete_run, body)
    workspace.runs.delete(body["run_id"])
    return {}
