"""State of run history."""

from __future__ import annotations

import pytest

from localcloud.azureml.run_history import RunHistory
from localcloud.azureml.scope import Workspace
from localcloud.azureml.states import ImpossibleTransitionError


@pytest.fixture
def history(local_workspace: Workspace) -> RunHistory:
    """Run history with a running pipeline run ``p`` and its steps ``done`` and ``busy``."""
    history = RunHistory(local_workspace)
    parent = history.begin(run_id="p", experiment="e", run_type="azureml.PipelineRun")
    history.move("p", "Running")
    for name in ("done", "busy"):
        history.begin(
            run_id=name, experiment="e", run_type="azureml.StepRun", name=name, parent=parent
        )
        history.move(name, "Queued")
        history.move(name, "Running")
    history.move("done", "Completed")
    return history


def test_runs_are_numbered_and_know_their_family(history: RunHistory) -> None:
    shown = ("runId", "runNumber", "parentRunId", "rootRunId", "status")
    assert [tuple(run[field] for field in shown) for run in history.runs()] == [
        ("busy", 3, "p", "p", "Running"),
        ("done", 2, "p", "p", "Completed"),
        ("p", 1, None, "p", "Running"),
    ]


def test_an_experiment_is_made_once(history: RunHistory) -> None:
    assert history.ensure_experiment("e") == history.experiment("e")
    assert history.experiment_by_id(history.run("p")["experimentId"])["name"] == "e"


def test_a_run_knows_when_it_started_and_ended(history: RunHistory) -> None:
    done, busy = history.run("done"), history.run("busy")
    assert done["createdUtc"] <= done["startTimeUtc"] <= done["endTimeUtc"]
    assert busy["endTimeUtc"] is None


def test_an_impossible_transition_changes_nothing(history: RunHistory) -> None:
    before = history.run("done")
    with pytest.raises(ImpossibleTransitionError):
        history.move("done", "Running")
    assert history.run("done") == before


def test_failing_a_run_leaves_what_had_ended(history: RunHistory) -> None:
    history.fail_unfinished("p", "the server died")
    error = {"error": {"code": "UserError", "message": "the server died", "details": []}}
    assert {run["runId"]: (run["status"], run["error"]) for run in history.runs()} == {
        "p": ("Failed", error),
        "done": ("Completed", None),
        "busy": ("Failed", error),
    }
