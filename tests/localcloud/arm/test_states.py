"""Provisioning states go only where the table lets them."""

from __future__ import annotations

import pytest

from localcloud.arm import states


def reachable(start: str) -> set[str]:
    found, waiting = set(), {start}
    while waiting:
        state = waiting.pop()
        found.add(state)
        waiting |= states.TRANSITIONS[state] - found
    return found


def test_every_state_is_reachable_from_nothing() -> None:
    assert reachable("") == set(states.TRANSITIONS)


def test_every_state_in_which_something_happens_can_fail() -> None:
    busy = set(states.TRANSITIONS) - states.RESTING
    assert all(states.FAILED in states.TRANSITIONS[state] for state in busy)


def test_a_failed_resource_can_be_repeated_changed_and_deleted() -> None:
    assert states.TRANSITIONS[states.FAILED] == {
        states.ACCEPTED,
        states.UPDATING,
        states.DELETING,
    }


def test_a_wrong_step_is_an_error() -> None:
    resource = {"id": "/x", "properties": {"provisioningState": "Succeeded"}}
    with pytest.raises(ValueError, match="/x can't go from state 'Succeeded' to 'Creating'"):
        states.advance(resource, states.CREATING)
    assert states.state_of(resource) == "Succeeded"
