"""How a notebook's failure reads: its own lines, not those of the machinery around it."""

from __future__ import annotations

import traceback
from types import TracebackType


def summarize(error: BaseException) -> str:
    """What went wrong, e.g. ``ValueError: no rows``; without Java's part of a trace."""
    return f"{type(error).__name__}: {error}".split("\n\tat ")[0].strip()


def format_trace(error: BaseException) -> str:
    """The traceback from the notebook's first line in it on."""
    return "".join(
        traceback.format_exception(type(error), error, _notebook_part(error.__traceback__))
    )


def _notebook_part(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_frame.f_globals.get("__name__") != "__main__":
        trace = trace.tb_next
    return trace
