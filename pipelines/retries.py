"""How long transient faults of the services are waited out, said once for all of them.

Repeating is up to the caller: only what can be repeated without doing it twice may be given to
:func:`patiently`. A request that makes something looks up first whether it is there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_before_delay,
    wait_random_exponential,
)

from pipelines.errors import TransientError

LIMIT_SECONDS = 90.0
"""No new attempt begins later than this after the first."""
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 15.0

T = TypeVar("T")


def patiently(attempt: Callable[[], T]) -> T:
    """Call ``attempt`` until it raises no :class:`TransientError`, within the limit.

    Pauses grow and are random, so that many clients do not come back at once; a service that
    says how long to wait is believed, unless that is past the limit.

    Raises:
        TransientError: the last one, saying how often it was tried.
    """
    retrying = Retrying(
        retry=retry_if_exception_type(TransientError),
        wait=_pause,
        stop=stop_before_delay(LIMIT_SECONDS),
        reraise=True,
    )
    try:
        return retrying(attempt)
    except TransientError as error:
        attempts = retrying.statistics["attempt_number"]
        if attempts == 1:
            raise
        raise TransientError(f"{error} (tried {attempts} times)") from error


def _pause(state: RetryCallState) -> float:
    growing = wait_random_exponential(
        multiplier=2 * FIRST_PAUSE_SECONDS, max=LONGEST_PAUSE_SECONDS, min=FIRST_PAUSE_SECONDS
    )
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after_seconds if isinstance(error, TransientError) else None
    return max(growing(state), asked or 0.0)
