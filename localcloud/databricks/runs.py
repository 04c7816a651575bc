"""Runs as records: what was asked for, how far it is, what came out. Executes nothing."""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass, replace
from threading import RLock
from typing import Any

from databricks.sdk.service.jobs import RunLifeCycleState

from localcloud.databricks.documents import Documents
from localcloud.databricks.errors import does_not_exist, invalid
from localcloud.databricks.lifecycle import FINAL, Outcome, check_transition
from localcloud.databricks.spark.protocol import Ended
from localcloud.databricks.submission import Submission
from localcloud.errors import CloudError
from localcloud.store import JsonObject

MAX_TOKEN_LENGTH = 64
"""Source: databricks-sdk, ``JobsAPI.submit``, ``idempotency_token``."""


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """One run and its only task. Times are milliseconds since 1970, UTC; 0 is "not yet".

    Attributes:
        request: the body of ``runs/submit``.
        existing_cluster: definition of the cluster that it names, if it names one.
        state: a ``RunLifeCycleState``.
        outcome: name of an :class:`Outcome`; empty until the run is over.
        execution_time: when the notebook began.
        cleanup_time: when the notebook was over.
    """

    run_id: int
    task_run_id: int
    job_id: int
    request: JsonObject
    cluster_id: str
    existing_cluster: JsonObject | None = None
    state: str
    state_message: str
    outcome: str = ""
    start_time: int
    execution_time: int = 0
    cleanup_time: int = 0
    end_time: int = 0
    result: str | None = None
    error: str | None = None
    error_trace: str | None = None

    @property
    def submission(self) -> Submission:
        """What was asked for."""
        return Submission(self.request, self.existing_cluster)

    @property
    def is_over(self) -> bool:
        """Whether its state is final."""
        return RunLifeCycleState(self.state) in FINAL


class Runs:
    """The runs of one workspace."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._lock = RLock()

    def create(self, submission: Submission, message: str) -> tuple[RunRecord, bool]:
        """A new run that is pending, and True; or the run that this idempotency token made."""
        token = submission.request.get("idempotency_token")
        if token and len(token) > MAX_TOKEN_LENGTH:
            raise invalid(f"idempotency_token has more than {MAX_TOKEN_LENGTH} characters")
        with self._lock:
            for earlier in self.list():
                if token and earlier.request.get("idempotency_token") == token:
                    return earlier, False
            record = RunRecord(
                run_id=_new_id(),
                task_run_id=_new_id(),
                job_id=_new_id(),
                request=submission.request,
                cluster_id=submission.task.get("existing_cluster_id")
                or f"{time.strftime('%m%d-%H%M%S')}-{secrets.token_hex(4)}",
                existing_cluster=submission.existing_cluster,
                state=RunLifeCycleState.PENDING.value,
                state_message=message,
                start_time=now_ms(),
            )
            self._put(record)
        return record, True

    def begin(self, run_id: int, message: str) -> None:
        """The notebook begins."""
        self._step(run_id, RunLifeCycleState.RUNNING, message, execution_time=now_ms())

    def leave(self, run_id: int, message: str) -> None:
        """The notebook is over, or is being stopped."""
        self._step(run_id, RunLifeCycleState.TERMINATING, message, cleanup_time=now_ms())

    def finish(self, run_id: int, outcome: Outcome, message: str, ended: Ended | None) -> None:
        """The run is over; ``ended`` holds what the notebook left behind, if it came so far."""
        output = asdict(ended) if ended else {}
        output.pop("succeeded", None)
        changes = {"outcome": outcome.name, "end_time": now_ms(), **output}
        self._step(run_id, outcome.value.state, message, **changes)

    def get(self, run_id: int) -> RunRecord:
        """The run that has this id, or whose task has it."""
        found = self._documents.get(str(run_id))
        if found is not None:
            return RunRecord(**found)
        for record in self.list():
            if record.task_run_id == run_id:
                return record
        raise does_not_exist(f"Run {run_id} does not exist.")

    def list(self) -> list[RunRecord]:
        """Every run, newest first."""
        records = [RunRecord(**found) for _, found in self._documents.items()]
        return sorted(records, key=lambda record: record.start_time, reverse=True)

    def delete(self, run_id: int) -> None:
        """Forget a run that is over."""
        record = self.get(run_id)
        if not record.is_over:
            raise CloudError(400, "INVALID_STATE", f"Run {run_id} is active; cancel it first")
        self._documents.delete(str(record.run_id))

    def _step(self, run_id: int, state: RunLifeCycleState, message: str, **changes: Any) -> None:
        with self._lock:
            record = self.get(run_id)
            check_transition(RunLifeCycleState(record.state), state)
            self._put(replace(record, state=state.value, state_message=message, **changes))

    def _put(self, record: RunRecord) -> None:
        self._documents.put(str(record.run_id), asdict(record))


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return int(time.time() * 1000)


def _new_id() -> int:
    return 10**14 + secrets.randbelow(9 * 10**14)
