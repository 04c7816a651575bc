"""Run history over REST: experiments, runs, their details, what a notebook writes to its run."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import ConfigDict

from localcloud.azureml import logs
from localcloud.azureml.run_filter import matches
from localcloud.azureml.run_history import RunHistory
from localcloud.azureml.run_tokens import RunToken
from localcloud.azureml.scope import SCOPE, Here, Kind
from localcloud.azureml.wire import CamelWire
from localcloud.store import JsonObject

router = APIRouter(prefix="/history/v1.0" + SCOPE)


class Query(CamelWire):
    """A search among runs or experiments."""

    filter: str | None = None
    top: int | None = None


class RunChanges(CamelWire):
    """What a client may change in a run. Its state belongs to the service."""

    model_config = ConfigDict(extra="forbid")

    run_id: str | None = None
    tags: dict[str, str] | None = None
    properties: dict[str, str] | None = None
    display_name: str | None = None
    description: str | None = None


@router.get("/experiments/{name}")
def get_experiment(workspace: Here, name: str) -> JsonObject:
    """An experiment by name.

    Fidelity: verified (azureml-core, Experiment: 404 makes it create the experiment)
    """
    return RunHistory(workspace).experiment(name)


@router.post("/experiments/{name}")
def create_experiment(workspace: Here, name: str) -> JsonObject:
    """Make an experiment; an existing one is returned.

    Fidelity: verified (azureml-core, Experiment)
    """
    return RunHistory(workspace).ensure_experiment(name)


@router.post("/experiments:query")
def query_experiments(workspace: Here) -> JsonObject:
    """Every experiment.

    Fidelity: assumed
    """
    return {"value": workspace.all(Kind.EXPERIMENT), "continuationToken": None}


@router.get("/experimentids/{experiment_id}")
def get_experiment_by_id(workspace: Here, experiment_id: str) -> JsonObject:
    """An experiment by id.

    Fidelity: verified (azureml-core, Run.get_context)
    """
    return RunHistory(workspace).experiment_by_id(experiment_id)


@router.post("/experiments/{name}/runs:query")
def query_runs(workspace: Here, name: str, body: Query) -> JsonObject:
    """Runs of an experiment that fit a filter, the newest first.

    Fidelity: verified (azureml-core, Experiment.get_runs)
    """
    history = RunHistory(workspace)
    runs = history.runs(history.experiment(name)["experimentId"])
    found = [run for run in runs if matches(run, body.filter)]
    return {"value": found[: body.top], "continuationToken": None}


@router.get("/runs/{run_id}")
@router.get("/experiments/{experiment}/runs/{run_id}")
@router.get("/experimentids/{experiment}/runs/{run_id}")
def get_run(workspace: Here, run_id: str) -> JsonObject:
    """A run.

    Fidelity: verified (azureml-core, Run)
    """
    return RunHistory(workspace).run(run_id)


@router.patch("/experiments/{experiment}/runs/{run_id}")
@router.patch("/experimentids/{experiment}/runs/{run_id}")
def update_run(workspace: Here, run_id: str, body: RunChanges) -> JsonObject:
    """Tags, properties and texts of a run.

    Fidelity: verified (azureml-core, Run.tag and Run.add_properties)
    """
    changes = body.as_sent()
    changes.pop("runId", None)
    return RunHistory(workspace).update(run_id, changes)


@router.get("/experiments/{experiment}/runs/{run_id}/children")
@router.get("/experimentids/{experiment}/runs/{run_id}/children")
def list_children(workspace: Here, run_id: str) -> JsonObject:
    """Children of a run, the newest first. A step has a child once it has started.

    Fidelity: verified (azureml-core, Run.get_children)
    """
    return {"value": RunHistory(workspace).children(run_id), "continuationToken": None}


@router.get("/experiments/{experiment}/runs/{run_id}/details")
@router.get("/experimentids/{experiment}/runs/{run_id}/details")
def get_run_details(workspace: Here, run_id: str) -> JsonObject:
    """A run with its log files and, if it failed, the error.

    Fidelity: verified (azureml-core, Run.get_details: indexes status and logFiles)
    """
    run = RunHistory(workspace).run(run_id)
    shown = (
        "runId",
        "target",
        "status",
        "startTimeUtc",
        "endTimeUtc",
        "properties",
        "runDefinition",
        "error",
        "warnings",
    )
    return {
        **{field: run[field] for field in shown},
        "inputDatasets": [],
        "outputDatasets": [],
        "logFiles": logs.signed_urls(workspace, run_id),
    }


@router.post("/experiments/{experiment}/runs/{run_id}/token")
@router.get("/experiments/{experiment}/runs/{run_id}/token")
@router.post("/experimentids/{experiment}/runs/{run_id}/token")
@router.get("/experimentids/{experiment}/runs/{run_id}/token")
def get_run_token(workspace: Here, run_id: str) -> JsonObject:
    """A new token for a run.

    Fidelity: assumed
    """
    RunHistory(workspace).run(run_id)
    issued = RunToken.issue(workspace)
    return {"token": issued.token, "expiryTimeUtc": issued.expiry}


@router.get("/experiments/{experiment}/runs/{run_id}/metricsingest/wait")
def wait_for_metrics(workspace: Here, run_id: str) -> Response:
    """Metrics are stored when they are posted: there is nothing to wait for.

    Fidelity: verified (azureml-core takes 200 for the end of the wait)
    """
    RunHistory(workspace).run(run_id)
    return Response()
