"""The table of states: complete, and without dead ends that are no ends."""

from __future__ import annotations

import pytest
from databricks.sdk.service.jobs import RunLifeCycleState, RunLifecycleStateV2State

from localcloud.databricks.lifecycle import (
    FINAL,
    TRANSITIONS,
    V2_STATES,
    Outcome,
    check_transition,
)


def test_every_state_is_reached_from_the_first() -> None:
    reached = {RunLifeCycleState.PENDING}
    while more := {after for state in reached for after in TRANSITIONS[state]} - reached:
        reached |= more
    assert reached == set(TRANSITIONS)


def test_every_final_state_has_an_outcome_and_every_outcome_ends() -> None:
    assert {outcome.value.state for outcome in Outcome} == FINAL


def test_the_newer_api_knows_one_end() -> None:
    assert {V2_STATES[state] for state in FINAL} == {RunLifecycleStateV2State.TERMINATED}


def test_a_step_that_the_table_does_not_have_is_refused() -> None:
    check_transition(RunLifeCycleState.RUNNING, RunLifeCycleState.TERMINATING)
    with pytest.raises(ValueError, match="a run can't go from TERMINATED to RUNNING"):
        check_transition(RunLifeCycleState.TERMINATED, RunLifeCycleState.RUNNING)
