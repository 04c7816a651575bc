"""Describes pipeline runs: state, times, where the output is, and why one failed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx

from pipelines.results import Failure, OutputPlace, Run, RunState
from pipelines.spec import Pipeline
from stack_outputs import StackOutputs

LOG_TIMEOUT_SECONDS = 30
LOG_LINES_KEPT = 40
TRACEBACK = "Traceback (most recent call last)"


def describe(run: Any, pipeline: Pipeline, stack: StackOutputs) -> Run:
    """What the services know about ``run``; the notebook's own report is not among it."""
    state = RunState(run.get_status())
    details = run.get_details()
    steps = list(run.get_steps()) if state.is_final else []
    return Run(
        id=run.id,
        pipeline=pipeline.name,
        state=state,
        started=_time(details.get("startTimeUtc")),
        ended=_time(details.get("endTimeUtc")),
        portal_url=run.get_portal_url(),
        output=_output(steps, pipeline, stack) if state is RunState.FINISHED else None,
        failure=_failure(details, steps) if state is RunState.FAILED else None,
    )


def _output(steps: list[Any], pipeline: Pipeline, stack: StackOutputs) -> OutputPlace | None:
    wanted = pipeline.result
    for step in steps:
        if step.name == wanted.step:
            data = step.get_output_data(wanted.name)
            container = stack.training_container_name
            path = data.path_on_datastore.strip("/")
            return OutputPlace(
                datastore=data.datastore_name,
                container=container,
                path=path,
                url=f"{stack.training_blob_endpoint.rstrip('/')}/{container}/{path}",
            )
    return None


def _failure(details: dict[str, Any], steps: list[Any]) -> Failure:
    for step in steps:
        if RunState(step.get_status()) is RunState.FAILED:
            step_details = step.get_details()
            return _explain(step.name, _message(step_details) or _message(details), step_details)
    return _explain("", _message(details), details)


def _explain(step: str, message: str, details: dict[str, Any]) -> Failure:
    """The notebook's traceback is in the message or in one of the log files, or nowhere."""
    reason, begin, rest = message.partition(TRACEBACK)
    return Failure(step=step, reason=reason.strip(), log=_last_lines(begin + rest) or _log(details))


def _message(details: dict[str, Any]) -> str:
    error = (details.get("error") or {}).get("error") or {}
    return str(error.get("message") or "")


def _log(details: dict[str, Any]) -> str:
    texts = [_download(url) for _, url in sorted((details.get("logFiles") or {}).items())]
    for text in texts:
        _, begin, rest = text.partition(TRACEBACK)
        if begin:
            return _last_lines(begin + rest)
    return _last_lines(texts[-1]) if texts else ""


def _last_lines(text: str) -> str:
    return "\n".join(text.strip().splitlines()[-LOG_LINES_KEPT:])


def _download(url: str) -> str:
    try:
        return httpx.get(url, timeout=LOG_TIMEOUT_SECONDS).raise_for_status().text
    except httpx.HTTPError as error:
        return f"(log not available: {error})"


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
