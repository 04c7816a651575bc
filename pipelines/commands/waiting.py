"""Waiting for a run: to its end, to a time limit, or until the person at the terminal gives up."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from pipelines import console
from pipelines.commands.common import Exit, leave
from pipelines.errors import PipelinesError
from pipelines.results import RunState

if TYPE_CHECKING:
    from pipelines.session import Session

SHORTEST_POLL_SECONDS = 0.3
LONGEST_POLL_SECONDS = 10.0
POLL_SHARE = 0.05
"""Pauses grow with the time that has passed: the end of a run is noticed at most so much later."""
CANCEL_SECONDS = 180
"""How long the end of a canceled run is awaited: Databricks ends a cluster meanwhile."""

_DURATION = re.compile(r"(\d+)([smh]?)")
_UNIT_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


def parse_duration(text: str | None) -> int | None:
    """Seconds of ``90``, ``90s``, ``30m`` or ``2h``; None of None.

    Raises:
        PipelinesError: it is none of these, or no time at all.
    """
    if text is None:
        return None
    match = _DURATION.fullmatch(text)
    seconds = int(match[1]) * _UNIT_SECONDS[match[2]] if match else 0
    if not seconds:
        raise PipelinesError(f"--timeout {text!r}: expected e.g. 90s, 30m or 2h")
    return seconds


def wait(session: Session, run_id: str, *, limit_seconds: int | None = None) -> Exit:
    """Follow a run to its end; at the time limit it is canceled.

    An interrupt asks, where someone can answer, whether to cancel the run as well.

    Returns:
        What the command is to end with, unless the run itself says it.
    """
    try:
        if _follow(session, run_id, limit_seconds):
            return Exit.DONE
        console.show_error(f"run {run_id} took longer than {limit_seconds} s: canceling it")
        cancel(session, run_id)
        return Exit.TIMED_OUT
    except KeyboardInterrupt:
        if not _asked_to_cancel(run_id):
            console.show_error(
                f"no longer waiting; run {run_id} goes on. Look at it: python -m pipelines watch "
                f"{run_id}; end it: python -m pipelines cancel {run_id}"
            )
            leave(Exit.INTERRUPTED)
    cancel(session, run_id)
    return Exit.INTERRUPTED


def cancel(session: Session, run_id: str) -> RunState:
    """Cancel a run and wait until Azure ML and Databricks have ended it.

    Raises:
        PipelinesError: it has not ended in :data:`CANCEL_SECONDS`.
    """
    session.cancel(run_id)
    for state in _states(session, run_id, CANCEL_SECONDS):
        if state.is_final:
            return state
    raise PipelinesError(
        f"run {run_id} has not ended {CANCEL_SECONDS} s after it was canceled; look at it: "
        f"python -m pipelines status {run_id}"
    )


def _follow(session: Session, run_id: str, limit_seconds: int | None) -> bool:
    """Whether the run has ended; it has not at the time limit."""
    return any(state.is_final for state in _states(session, run_id, limit_seconds))


def _states(session: Session, run_id: str, limit_seconds: int | None) -> Iterator[RunState]:
    """The run's state again and again, until it is final or the time is over."""
    started = time.monotonic()
    with console.following(run_id) as show:
        while True:
            state = session.state(run_id)
            elapsed = time.monotonic() - started
            show(state)
            yield state
            if state.is_final or (limit_seconds is not None and elapsed >= limit_seconds):
                return
            pause = min(max(SHORTEST_POLL_SECONDS, elapsed * POLL_SHARE), LONGEST_POLL_SECONDS)
            left = pause if limit_seconds is None else limit_seconds - elapsed
            time.sleep(min(pause, left))


def _asked_to_cancel(run_id: str) -> bool:
    if not _someone_can_answer():
        return False
    try:
        return typer.confirm(f"\nCancel run {run_id} as well? (no leaves it running)", err=True)
    except (typer.Abort, KeyboardInterrupt):  # a second interrupt is an answer, too
        return False


def _someone_can_answer() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
