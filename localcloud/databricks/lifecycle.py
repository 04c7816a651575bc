"""The states of a run, which may follow which, and what each end means.

verified: databricks-sdk, ``RunLifeCycleState``, ``RunResultState``, ``TerminationCodeCode``.
assumed: a run whose only task failed is ``TERMINATED`` as its task is; type of each code.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from databricks.sdk.service.jobs import (
    RunLifeCycleState,
    RunLifecycleStateV2State,
    RunResultState,
    TerminationCodeCode,
    TerminationTypeType,
)

TRANSITIONS = {
    RunLifeCycleState.PENDING: frozenset(
        {
            RunLifeCycleState.RUNNING,
            RunLifeCycleState.TERMINATING,
            RunLifeCycleState.SKIPPED,
            RunLifeCycleState.INTERNAL_ERROR,
        }
    ),
    RunLifeCycleState.RUNNING: frozenset(
        {RunLifeCycleState.TERMINATING, RunLifeCycleState.INTERNAL_ERROR}
    ),
    RunLifeCycleState.TERMINATING: frozenset(
        {RunLifeCycleState.TERMINATED, RunLifeCycleState.INTERNAL_ERROR}
    ),
    RunLifeCycleState.TERMINATED: frozenset(),
    RunLifeCycleState.SKIPPED: frozenset(),
    RunLifeCycleState.INTERNAL_ERROR: frozenset(),
}

FINAL = frozenset(state for state, following in TRANSITIONS.items() if not following)

V2_STATES = {
    state: RunLifecycleStateV2State.TERMINATED
    if state in FINAL
    else RunLifecycleStateV2State(state.value)
    for state in TRANSITIONS
}
"""The newer API's name of each state: every end is ``TERMINATED`` there."""


@dataclass(frozen=True)
class End:
    """How a run can end: its last state, its result, and the newer API's code and blame."""

    state: RunLifeCycleState
    result: RunResultState
    code: TerminationCodeCode
    blame: TerminationTypeType


class Outcome(Enum):
    """Every way in which a run ends here."""

    SUCCEEDED = End(
        RunLifeCycleState.TERMINATED,
        RunResultState.SUCCESS,
        TerminationCodeCode.SUCCESS,
        TerminationTypeType.SUCCESS,
    )
    NOTEBOOK_FAILED = End(
        RunLifeCycleState.TERMINATED,
        RunResultState.FAILED,
        TerminationCodeCode.RUN_EXECUTION_ERROR,
        TerminationTypeType.CLIENT_ERROR,
    )
    CANCELED = End(
        RunLifeCycleState.TERMINATED,
        RunResultState.CANCELED,
        TerminationCodeCode.USER_CANCELED,
        TerminationTypeType.CLIENT_ERROR,
    )
    TIMED_OUT = End(
        RunLifeCycleState.TERMINATED,
        RunResultState.TIMEDOUT,
        TerminationCodeCode.CANCELED,
        TerminationTypeType.CLIENT_ERROR,
    )
    DISABLED = End(
        RunLifeCycleState.SKIPPED,
        RunResultState.DISABLED,
        TerminationCodeCode.DISABLED,
        TerminationTypeType.SUCCESS,
    )
    NO_NOTEBOOK = End(
        RunLifeCycleState.INTERNAL_ERROR,
        RunResultState.FAILED,
        TerminationCodeCode.RESOURCE_NOT_FOUND,
        TerminationTypeType.CLIENT_ERROR,
    )
    NO_CLUSTER = End(
        RunLifeCycleState.INTERNAL_ERROR,
        RunResultState.FAILED,
        TerminationCodeCode.CLUSTER_ERROR,
        TerminationTypeType.CLIENT_ERROR,
    )
    SPARK_DIED = End(
        RunLifeCycleState.INTERNAL_ERROR,
        RunResultState.FAILED,
        TerminationCodeCode.DRIVER_ERROR,
        TerminationTypeType.INTERNAL_ERROR,
    )
    SERVER_FAILED = End(
        RunLifeCycleState.INTERNAL_ERROR,
        RunResultState.FAILED,
        TerminationCodeCode.INTERNAL_ERROR,
        TerminationTypeType.INTERNAL_ERROR,
    )


def check_transition(before: RunLifeCycleState, after: RunLifeCycleState) -> None:
    """Refuse a step that the table does not have: it would be a mistake of this server."""
    if after not in TRANSITIONS[before]:
        raise ValueError(f"a run can't go from {before.value} to {after.value}")
