"""Why a run failed: Azure ML, Databricks and the notebook each tell a part; here it is one cause.

The cause is the notebook's own exception where there is one; what the services add comes
after it, and the notebook's traceback last.
"""

from __future__ import annotations

import re
from typing import Any

import httpx

from pipelines.masking import mask
from pipelines.results import Failure, RunState

LOG_TIMEOUT_SECONDS = 30
LOG_LINES_KEPT = 40
TRACEBACK = "Traceback (most recent call last)"
FRAME = '  File "'
EXCEPTION_LINE = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:Error|Exception|Exit|Interrupt)\b")
"""Begins the line of a traceback that says what was raised; frames before it are indented."""


def explain(details: dict[str, Any], steps: list[Any]) -> Failure:
    """The failure of a run, from its details and those of its first step that failed."""
    for step in steps:
        if RunState(step.get_status()) is RunState.FAILED:
            step_details = step.get_details()
            message = _message(step_details) or _message(details)
            return _explain(step.name, message, step_details)
    return _explain("", _message(details), details)


def _explain(step: str, message: str, details: dict[str, Any]) -> Failure:
    """The notebook's traceback is in the message or in one of the log files, or nowhere."""
    told, begin, rest = message.partition(TRACEBACK)
    log = mask(begin + rest or _log(details))
    raised = raised_in(log)
    reason = mask(told).replace(raised or "\0", "").strip()  # the services repeat it
    return Failure(
        step=step,
        cause=raised or reason,
        reason=reason if raised else "",
        log=_last_lines(log),
    )


def raised_in(traceback: str) -> str:
    """The exception that ended ``traceback``, with its whole message; empty if there is none."""
    if TRACEBACK not in traceback:
        return ""
    lines = traceback.splitlines()
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].startswith(FRAME):
            return ""
        if EXCEPTION_LINE.match(lines[index]):
            return "\n".join(lines[index:]).strip()
    return ""


def _message(details: dict[str, Any]) -> str:
    error = (details.get("error") or {}).get("error") or {}
    return str(error.get("message") or "")


def _log(details: dict[str, Any]) -> str:
    texts = [_download(url) for _, url in sorted((details.get("logFiles") or {}).items())]
    for text in texts:
        _, begin, rest = text.partition(TRACEBACK)
        if begin:
            return begin + rest
    return texts[-1] if texts else ""


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-LOG_LINES_KEPT:])


def _download(url: str) -> str:
    try:
        return httpx.get(url, timeout=LOG_TIMEOUT_SECONDS).raise_for_status().text
    except httpx.HTTPError as error:
        return f"(log not available: {error})"
