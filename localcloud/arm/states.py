"""Life cycle of a resource: its provisioning state and the transitions there are."""

from __future__ import annotations

from localcloud.store import JsonObject

ACCEPTED = "Accepted"
CREATING = "Creating"
UPDATING = "Updating"
DELETING = "Deleting"
SUCCEEDED = "Succeeded"
FAILED = "Failed"

TRANSITIONS: dict[str, frozenset[str]] = {
    "": frozenset({ACCEPTED}),
    ACCEPTED: frozenset({CREATING, FAILED}),
    CREATING: frozenset({SUCCEEDED, FAILED}),
    UPDATING: frozenset({SUCCEEDED, FAILED}),
    SUCCEEDED: frozenset({UPDATING, DELETING}),
    FAILED: frozenset({ACCEPTED, UPDATING, DELETING}),
    DELETING: frozenset({FAILED}),
}
"""State to the states that can follow it. A resource that is deleted has none."""

RESTING = frozenset({"", SUCCEEDED, FAILED})
"""States in which a resource can be changed or deleted."""


def state_of(resource: JsonObject) -> str:
    """Provisioning state; empty for a resource that has none."""
    state: str = resource.get("properties", {}).get("provisioningState", "")
    return state


def advance(resource: JsonObject, state: str) -> None:
    """Bring a resource into its next state.

    Raises:
        ValueError: no such transition.
    """
    before = state_of(resource)
    if state not in TRANSITIONS[before]:
        raise ValueError(f"{resource['id']} can't go from state {before!r} to {state!r}")
    resource.setdefault("properties", {})["provisioningState"] = state
