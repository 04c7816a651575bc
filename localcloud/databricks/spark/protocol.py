"""What the server and a Spark process say to each other: one JSON object a line.

The server writes the settings to a file before the start, and one :class:`Job` to the process's
standard input. The process writes :class:`Ready` once its session is up, :class:`Started` when
the notebook begins, and :class:`Ended` when it is over. Nothing else uses that channel: what
the notebook prints goes to the job's log.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How to start the session. All values of ``spark_conf`` are strings, as Spark wants them."""

    spark_conf: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Job:
    """One notebook run.

    Attributes:
        notebook_path: the notebook's path in the workspace.
        language: its language, ``PYTHON`` or ``SQL``.
        source: its text in Databricks source format.
        parameters: the run's parameters; they win over the defaults of widgets.
        log: file that receives what the notebook prints.
        workspace_url: address of the workspace's API, for secrets and other notebooks.
        authority: file with the certificates that the workspace's own is checked against.
        token: bearer token for it, valid for this run only.
        environment: environment variables to set before the notebook begins.
    """

    notebook_path: str
    language: str
    source: str
    parameters: dict[str, str]
    log: str
    workspace_url: str
    authority: str
    token: str = field(repr=False)
    environment: dict[str, str]


@dataclass(frozen=True)
class Ready:
    """The session is up."""


@dataclass(frozen=True)
class Started:
    """The notebook's first cell is about to run."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The notebook is over.

    Attributes:
        succeeded: whether it ran to its end, or left by ``dbutils.notebook.exit``.
        result: the value it left with; None if it did not leave that way.
        error: one line that says what went wrong; None if it succeeded.
        error_trace: the notebook's own traceback; None if it succeeded.
    """

    succeeded: bool
    result: str | None = None
    error: str | None = None
    error_trace: str | None = None


Event = Ready | Started | Ended

_EVENTS: dict[str, type[Event]] = {"ready": Ready, "started": Started, "ended": Ended}


def to_line(message: Event | Job | Settings) -> bytes:
    """A message as one line."""
    fields = {"event": type(message).__name__.lower(), **asdict(message)}
    return json.dumps(fields).encode() + b"\n"


def event_from_line(line: bytes) -> Event:
    """The event of a line that :func:`to_line` made."""
    fields = json.loads(line)
    return _EVENTS[fields.pop("event")](**fields)


def job_from_line(line: bytes) -> Job:
    """The job of a line that :func:`to_line` made."""
    fields = json.loads(line)
    del fields["event"]
    return Job(**fields)


def settings_from_line(line: bytes) -> Settings:
    """The settings of a line that :func:`to_line` made."""
    fields = json.loads(line)
    del fields["event"]
    return Settings(**fields)
