"""Prints what steps wrote, once or as it comes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipelines import console
from pipelines.errors import PipelinesError
from pipelines.results import StepLog
from pipelines.spec import did_you_mean

if TYPE_CHECKING:
    from pipelines.session import Session

POLL_SECONDS = 2.0
STREAMS = ("job", "stdout", "stderr")


def print_logs(
    session: Session, run_id: str, *, step: str | None, follow: bool, as_json: bool
) -> None:
    """Print the logs of a run, or of one of its steps.

    Raises:
        PipelinesError: the run has ended without such a step.
    """
    if as_json:
        console.show_json(_wanted(session.logs(run_id), step))
        return
    printed: dict[tuple[str, str], str] = {}
    while True:
        is_over = not follow or session.state(run_id).is_final
        found = session.logs(run_id)
        for (name, stream), text in _texts(_wanted(found, step if is_over else None), step):
            known = printed.get((name, stream), "")
            console.show_log(name, stream, text[len(known) :] if text.startswith(known) else text)
            printed[name, stream] = text
        if is_over:
            return
        time.sleep(POLL_SECONDS)


def _wanted(logs: tuple[StepLog, ...], step: str | None) -> tuple[StepLog, ...]:
    wanted = tuple(log for log in logs if step in (None, log.step))
    if step and not wanted:
        known = [log.step for log in logs]
        raise PipelinesError(f"no step {step!r} has started{did_you_mean(step, known)}")
    return wanted


def _texts(logs: tuple[StepLog, ...], step: str | None) -> Iterator[tuple[tuple[str, str], str]]:
    for log in logs:
        if step in (None, log.step):
            for stream in STREAMS:
                yield (log.step, stream), getattr(log, stream)
