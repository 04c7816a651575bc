"""Metrics of runs."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from localcloud.azureml.run_history import RunHistory
from localcloud.azureml.scope import Workspace


def test_metrics_are_stored_listed_and_given_back(
    azureml: TestClient, local_workspace: Workspace
) -> None:
    RunHistory(local_workspace).begin(run_id="r1", experiment="e", run_type="azureml.StepRun")
    metrics = f"/metric/v2.0{local_workspace.id}/runs/r1"
    for number in (1.5, 2.5):
        metric: dict[str, Any] = {
            "name": "loss",
            "columns": {"loss": "double"},
            "value": [{"metricId": "m", "data": {"loss": number}}],
            "properties": {"uxMetricType": "azureml.v1.scalar"},
        }
        answer = azureml.post(f"{metrics}/batch", json={"values": [metric], "reportErrors": True})
        assert answer.json() == {"errors": []}
    listed = azureml.post(f"{metrics}/list", json={}).json()["value"]
    assert listed == [
        {"metricKey": {"namespace": "", "name": "loss"}, "columns": {"loss": "double"}}
    ]
    full = azureml.post(f"{metrics}/full", json={"metricName": "loss"}).json()
    assert [each["data"] for each in full["value"]] == [{"loss": 1.5}, {"loss": 2.5}]
    assert azureml.post(f"{metrics}/full", json={"metricName": "no"}).status_code == 404
