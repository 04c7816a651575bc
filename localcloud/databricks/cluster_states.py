"""The states of a cluster, and which may follow which.

verified: databricks-sdk, ``compute.State``, ``TerminationReasonCode``.
assumed: what the table leaves out. Nothing is resized or restarted here.
"""

from __future__ import annotations

from databricks.sdk.service.compute import State

TRANSITIONS = {
    State.PENDING: frozenset({State.RUNNING, State.TERMINATING, State.ERROR}),
    State.RUNNING: frozenset({State.TERMINATING, State.ERROR}),
    State.TERMINATING: frozenset({State.TERMINATED, State.ERROR}),
    State.TERMINATED: frozenset({State.PENDING}),
    State.ERROR: frozenset({State.TERMINATING}),
}


def check_transition(before: State, after: State) -> None:
    """Refuse a step that the table does not have: it would be a mistake of this server."""
    if after not in TRANSITIONS[before]:
        raise ValueError(f"a cluster can't go from {before.value} to {after.value}")
