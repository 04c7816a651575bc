"""What Databricks says of a run, in the words of this server. Databricks itself is not asked."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from databricks.sdk.errors import InternalError
from databricks.sdk.service.jobs import (
    Run,
    RunLifeCycleState,
    RunResultState,
    RunState,
    RunTask,
)

from localcloud.azureml.execution import databricks_run
from localcloud.azureml.execution.databricks_run import Progress


def client_with(get_run: Callable[[int], Run]) -> Any:
    """A client whose only call is the one for a run."""
    return SimpleNamespace(jobs=SimpleNamespace(get_run=get_run))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (RunState(life_cycle_state=RunLifeCycleState.PENDING), {"waiting"}),
        (RunState(life_cycle_state=RunLifeCycleState.RUNNING), set()),
        (RunState(life_cycle_state=RunLifeCycleState.TERMINATING), set()),
        (
            RunState(
                life_cycle_state=RunLifeCycleState.TERMINATED,
                result_state=RunResultState.SUCCESS,
            ),
            {"ended", "succeeded"},
        ),
        (
            RunState(
                life_cycle_state=RunLifeCycleState.TERMINATED,
                result_state=RunResultState.CANCELED,
            ),
            {"ended", "canceled"},
        ),
        (
            RunState(
                life_cycle_state=RunLifeCycleState.TERMINATED,
                result_state=RunResultState.FAILED,
            ),
            {"ended"},
        ),
        (RunState(life_cycle_state=RunLifeCycleState.INTERNAL_ERROR), {"ended"}),
    ],
)
def test_a_state_of_databricks_is_understood(state: RunState, words: set[str]) -> None:
    run = Run(run_page_url="https://x", state=state, tasks=[RunTask(task_key="t", run_id=7)])
    assert databricks_run.progress(client_with(lambda _: run), 6) == Progress(
        task_run_id=7,
        page_url="https://x",
        waiting="waiting" in words,
        ended="ended" in words,
        succeeded="succeeded" in words,
        canceled="canceled" in words,
        message=" ".join(
            each.value for each in (state.life_cycle_state, state.result_state) if each
        ),
    )


def test_a_run_is_asked_about_again_when_databricks_is_in_trouble() -> None:
    troubles = [InternalError("down"), InternalError("down")]

    def get_run(_: int) -> Run:
        if troubles:
            raise troubles.pop()
        return Run(state=RunState())

    assert databricks_run.progress(client_with(get_run), 6).task_run_id == 6
    assert troubles == []
