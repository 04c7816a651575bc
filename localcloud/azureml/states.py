"""The lives of runs, as tables: which state may follow which, and how each API names it.

Run history is where a state is kept; the pipelines API shows the same state under its own names.
"""

from __future__ import annotations

from collections.abc import Mapping

PIPELINE_RUN: Mapping[str, frozenset[str]] = {
    "NotStarted": frozenset({"Running", "Failed", "CancelRequested"}),
    "Running": frozenset({"Completed", "Failed", "CancelRequested"}),
    "CancelRequested": frozenset({"Canceled", "Failed"}),
    "Completed": frozenset(),
    "Failed": frozenset(),
    "Canceled": frozenset(),
}
"""States of a pipeline run in run history, each with those that may follow."""

STEP_RUN: Mapping[str, frozenset[str]] = {
    "NotStarted": frozenset({"Queued", "Failed"}),
    "Queued": frozenset({"Running", "Failed", "Canceled"}),
    "Running": frozenset({"Completed", "Failed", "Canceled"}),
    "Completed": frozenset(),
    "Failed": frozenset(),
    "Canceled": frozenset(),
}
"""States of a step's run in run history. Queued: Databricks prepares its cluster."""

STATUS_CODE: Mapping[str, str] = {
    "NotStarted": "NotStarted",
    "Queued": "Queued",
    "Running": "Running",
    "CancelRequested": "Running",
    "Completed": "Finished",
    "Failed": "Failed",
    "Canceled": "Canceled",
}
"""Run history's state to the pipelines API's status code (azureml-pipeline-core, get_status)."""

FINAL = frozenset({"Completed", "Failed", "Canceled"})

RUN_TYPES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "azureml.PipelineRun": PIPELINE_RUN,
    "azureml.StepRun": STEP_RUN,
}


class ImpossibleTransitionError(RuntimeError):
    """A run was told to enter a state that can't follow its present one."""


def check_transition(run_type: str, present: str, following: str) -> None:
    """Refuse a transition that the table of the run's type does not have.

    Raises:
        ImpossibleTransitionError: naming both states.
    """
    if following not in RUN_TYPES[run_type][present]:
        raise ImpossibleTransitionError(f"{run_type} can't go from {present} to {following}")
