"""Run history over REST."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from localcloud.azureml.run_history import RunHistory
from localcloud.azureml.scope import Workspace


@pytest.fixture
def api(local_workspace: Workspace) -> str:
    """Path of run history; it has experiment ``e`` with the run ``r1``."""
    RunHistory(local_workspace).begin(run_id="r1", experiment="e", run_type="azureml.PipelineRun")
    return f"/history/v1.0{local_workspace.id}"


def test_a_run_is_the_same_under_every_address(
    azureml: TestClient, api: str, local_workspace: Workspace
) -> None:
    run = RunHistory(local_workspace).run("r1")
    experiment_id = run["experimentId"]
    for path in ("/runs/r1", "/experiments/e/runs/r1", f"/experimentids/{experiment_id}/runs/r1"):
        assert azureml.get(api + path).json() == run


def test_runs_of_an_experiment_are_found_by_filter(azureml: TestClient, api: str) -> None:
    def found(expression: str) -> list[str]:
        answer = azureml.post(f"{api}/experiments/e/runs:query", json={"filter": expression})
        return [run["runId"] for run in answer.raise_for_status().json()["value"]]

    assert (found("(ParentRunId eq null)"), found("status eq Failed")) == (["r1"], [])


def test_a_client_can_tag_a_run_but_not_say_how_it_ended(azureml: TestClient, api: str) -> None:
    path = f"{api}/experiments/e/runs/r1"
    for tags in ({"a": "1"}, {"b": "2"}):
        azureml.patch(path, json={"runId": "r1", "tags": tags}).raise_for_status()
    refused = azureml.patch(path, json={"status": "Completed"})
    run = azureml.get(path).json()
    assert (refused.status_code, run["tags"], run["status"]) == (
        400,
        {"a": "1", "b": "2"},
        "NotStarted",
    )


def test_a_run_that_does_not_exist_is_not_found(azureml: TestClient, api: str) -> None:
    for path in ("/runs/no", "/experiments/e/runs/no/details"):
        answer = azureml.get(api + path)
        assert (answer.status_code, answer.json()["error"]["message"]) == (
            404,
            "run 'no' was not found in this workspace",
        )


def test_a_run_gets_a_token_that_this_server_accepts(azureml: TestClient, api: str) -> None:
    token = azureml.post(f"{api}/experiments/e/runs/r1/token").json()["token"]
    answer = azureml.get(f"{api}/runs/r1", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
