"""What publishing and running a pipeline comes to: values to show, without any service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RunState(StrEnum):
    """States of a pipeline run, as Azure ML names them.

    Whatever else it may say (Queued, Preparing, Canceling...) is a way of running.
    """

    NOT_STARTED = "NotStarted"
    RUNNING = "Running"
    FINISHED = "Finished"
    FAILED = "Failed"
    CANCELED = "Canceled"

    @classmethod
    def _missing_(cls, value: object) -> RunState:
        return cls.RUNNING

    @property
    def is_final(self) -> bool:
        return self in (RunState.FINISHED, RunState.FAILED, RunState.CANCELED)


@dataclass(frozen=True, kw_only=True)
class Published:
    """A published pipeline, and the endpoint that runs it by default."""

    name: str
    id: str
    version: str
    content_hash: str
    """Of what was declared when it was published; empty if something else published it."""
    endpoint_id: str
    endpoint_url: str
    is_new: bool
    """Whether this call published it; False if the same had been published before."""


@dataclass(frozen=True, kw_only=True)
class Version:
    """One published version of a pipeline."""

    pipeline: str
    version: str
    id: str
    content_hash: str
    is_default: bool
    """Whether the pipeline's endpoint runs this one."""


@dataclass(frozen=True, kw_only=True)
class OutputPlace:
    """Where a run's output is: a folder of Parquet files."""

    datastore: str
    container: str
    path: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """What the notebook did, as it wrote it down beside its output."""

    rows_in: int
    rows_dropped: int
    rows_out: int
    rows_quarantined: int = 0


@dataclass(frozen=True, kw_only=True)
class Failure:
    """Why a run failed."""

    step: str
    cause: str
    """What the notebook raised; if it raised nothing, what the services say."""
    reason: str
    """What Azure ML and Databricks add to the notebook's own words."""
    log: str
    """The notebook's traceback, else the end of the step's log."""


@dataclass(frozen=True, kw_only=True)
class StepRun:
    """One step of a run, once it has started."""

    name: str
    state: RunState
    started: datetime | None
    ended: datetime | None


@dataclass(frozen=True, kw_only=True)
class StepLog:
    """What a step wrote so far: Azure ML about it, and the notebook itself."""

    step: str
    job: str
    stdout: str
    stderr: str


@dataclass(frozen=True, kw_only=True)
class RunSummary:
    """One line of a list of runs."""

    id: str
    pipeline: str
    state: RunState
    started: datetime | None
    ended: datetime | None
    published_id: str
    """Of the published pipeline that it ran; empty if it ran none."""
    version: str = ""
    """Of that pipeline."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run of a pipeline, as it is now."""

    id: str
    pipeline: str
    state: RunState
    started: datetime | None
    ended: datetime | None
    portal_url: str
    steps: tuple[StepRun, ...] = ()
    """Those that have started, the first one first."""
    output: OutputPlace | None = None
    """None until the step that writes it has finished."""
    failure: Failure | None = None
    report: Report | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)
    """Numbers that the steps logged in Azure ML, by name; of a name that several logged, the last
    step's."""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """The first rows of an output."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Download:
    """An output that was copied to this machine."""

    directory: str
    files: int
    size_bytes: int
