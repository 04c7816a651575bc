"""Metrics that notebooks log to their runs: stored, listed, given back whole."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from localcloud.azureml.run_history import RunHistory
from localcloud.azureml.scope import SCOPE, Here, Kind
from localcloud.azureml.wire import CamelWire
from localcloud.store import JsonObject

router = APIRouter(prefix="/metric/v2.0" + SCOPE + "/runs/{run_id}")


class Metric(CamelWire):
    """Values of one metric."""

    name: str
    columns: dict[str, str]
    value: list[dict[str, Any]]
    properties: dict[str, Any] | None = None


class Batch(CamelWire):
    """Metrics that are logged together."""

    values: list[Metric]


class OneMetric(CamelWire):
    """A question for one metric."""

    metric_name: str


@router.post("/batch")
def log_metrics(workspace: Here, run_id: str, body: Batch) -> JsonObject:
    """Add values to metrics of a run.

    Fidelity: verified (azureml-core, Run.log)
    """
    RunHistory(workspace).run(run_id)
    with workspace.transaction():
        for metric in body.values:
            key = f"{run_id}/{metric.name}"
            known = workspace.get(Kind.METRIC, key)
            sent = metric.as_sent()
            if known is not None:
                sent["value"] = known["value"] + sent["value"]
            sent["dataContainerId"] = f"dcid.{run_id}"
            workspace.put(Kind.METRIC, key, sent)
    return {"errors": []}


@router.post("/list")
def list_metrics(workspace: Here, run_id: str) -> JsonObject:
    """Names and columns of the metrics of a run.

    Fidelity: verified (azureml-core, Run.get_metrics)
    """
    RunHistory(workspace).run(run_id)
    known = workspace.all(Kind.METRIC, f"{run_id}/")
    listed = [
        {"metricKey": {"namespace": "", "name": each["name"]}, "columns": each["columns"]}
        for each in known
    ]
    return {"value": listed, "continuationToken": None}


@router.post("/full")
def get_metric(workspace: Here, run_id: str, body: OneMetric) -> JsonObject:
    """Every value of one metric of a run.

    Fidelity: verified (azureml-core: 404 means that there is no such metric)
    """
    metric = workspace.require(Kind.METRIC, f"{run_id}/{body.metric_name}", "metric")
    return {**metric, "continuationToken": None}
