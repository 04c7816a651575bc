"""The transition tables of runs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from localcloud.azureml import states


@pytest.mark.parametrize("table", states.RUN_TYPES.values(), ids=states.RUN_TYPES)
def test_every_state_can_be_reached_from_not_started(
    table: Mapping[str, frozenset[str]],
) -> None:
    reached, ahead = set[str](), {"NotStarted"}
    while ahead:
        state = ahead.pop()
        reached.add(state)
        ahead |= table[state] - reached
    assert reached == set(table)


@pytest.mark.parametrize("table", states.RUN_TYPES.values(), ids=states.RUN_TYPES)
def test_only_final_states_have_no_successor(table: Mapping[str, frozenset[str]]) -> None:
    assert {state for state, following in table.items() if not following} == states.FINAL


def test_the_pipelines_api_has_a_word_for_every_state() -> None:
    known = {state for table in states.RUN_TYPES.values() for state in table}
    assert set(states.STATUS_CODE) == known


def test_a_run_that_has_ended_stays_as_it_is() -> None:
    with pytest.raises(states.ImpossibleTransitionError) as refusal:
        states.check_transition("azureml.StepRun", "Failed", "Running")
    assert str(refusal.value) == "azureml.StepRun can't go from Failed to Running"
