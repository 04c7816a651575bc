"""Carries runs out, a few at a time: finds each a Spark process and follows that to its end.

A run is a success only if its process said that the notebook came to its end.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from localcloud.databricks.access import Access
from localcloud.databricks.lifecycle import Outcome
from localcloud.databricks.machines import Machines, NoCapacityError
from localcloud.databricks.runs import RunRecord, Runs
from localcloud.databricks.runtimes import local_spark
from localcloud.databricks.secret_scopes import SecretScopes
from localcloud.databricks.spark.protocol import Ended, Job, Ready, Started
from localcloud.databricks.spark_process import Gone, Interrupt, SparkProcess
from localcloud.databricks.workspace_objects import WorkspaceObjects
from localcloud.errors import CloudError, LocalCloudError

log = logging.getLogger(__name__)

MAX_RUNS = 3
"""Runs that are carried out at once; the others wait, for each takes half a gigabyte."""

_STOPPED = {
    Outcome.NO_CLUSTER: "The cluster was terminated while this run was under way.",
    Outcome.CANCELED: "Run cancelled.",
    Outcome.SERVER_FAILED: "The local cloud was stopped while this run was under way.",
}

_WORTH_A_LOOK = frozenset({Outcome.NOTEBOOK_FAILED, Outcome.SPARK_DIED})
"""Ends after which Spark's own log is kept."""


@dataclass(frozen=True)
class _Finish:
    """How a run is to be closed."""

    outcome: Outcome
    message: str
    ended: Ended | None = None


@dataclass
class _Active:
    """A run that is under way, and why it is to stop, if it is."""

    future: Future[None] | None = None
    process: SparkProcess | None = None
    stop: Outcome | None = None


class RunExecution:
    """The runs of one workspace that are under way."""

    def __init__(
        self,
        *,
        runs: Runs,
        objects: WorkspaceObjects,
        machines: Machines,
        access: Access,
        secrets: SecretScopes,
        logs: Path,
        url: str,
        authority: Path,
    ) -> None:
        self._runs = runs
        self._objects = objects
        self._machines = machines
        self._access = access
        self._secrets = secrets
        self._logs = logs
        self._url = url
        self._authority = authority
        self._active: dict[int, _Active] = {}
        self._lock = threading.Lock()
        self._workers = ThreadPoolExecutor(max_workers=MAX_RUNS, thread_name_prefix="run")

    def log_file(self, record: RunRecord) -> Path:
        """Where a run's printed output goes."""
        return self._logs / f"run-{record.task_run_id}.log"

    def fail_interrupted(self) -> None:
        """Close the runs that were under way when an earlier server process ended."""
        for record in self._runs.list():
            if not record.is_over:
                outcome = Outcome.SERVER_FAILED
                self._runs.finish(record.run_id, outcome, _STOPPED[outcome], None)

    def start(self, record: RunRecord) -> None:
        """Carry out a run that is pending, as soon as there is room for it."""
        with self._lock:
            active = self._active[record.run_id] = _Active()
            active.future = self._workers.submit(self._carry_out, record, active)

    def cancel(self, run_id: int) -> None:
        """Ask a run to stop; nothing happens if it is over."""
        self._stop(self._runs.get(run_id).run_id, Outcome.CANCELED)

    def lose_cluster(self, cluster_id: str) -> None:
        """Stop the runs that are on a cluster."""
        for record in self._runs.list():
            if record.cluster_id == cluster_id and not record.is_over:
                self._stop(record.run_id, Outcome.NO_CLUSTER)

    def close(self) -> None:
        """Stop every run and wait until each is closed."""
        for run_id in list(self._active):
            self._stop(run_id, Outcome.SERVER_FAILED)
        self._workers.shutdown()

    def _stop(self, run_id: int, reason: Outcome) -> None:
        with self._lock:
            active = self._active.get(run_id)
            if active is None or active.future is None:
                return
            active.stop = active.stop or reason
            if active.process is not None:
                active.process.interrupt()
            waits = active.future.cancel()
        if waits:
            self._close(run_id, self._stopped(run_id, reason))

    def _carry_out(self, record: RunRecord, active: _Active) -> None:
        try:
            finish = self._run(record, active)
        except Exception as error:
            log.exception("run %d failed in this server", record.run_id)
            finish = _Finish(Outcome.SERVER_FAILED, f"localcloud failed: {error}")
        self._close(record.run_id, finish)

    def _close(self, run_id: int, finish: _Finish) -> None:
        self._runs.finish(run_id, finish.outcome, finish.message, finish.ended)
        with self._lock:
            del self._active[run_id]

    def _run(self, record: RunRecord, active: _Active) -> _Finish:
        submission = record.submission
        if submission.task.get("disabled"):
            return _Finish(Outcome.DISABLED, "The task is disabled.")
        try:
            language, source = self._objects.notebook_source(submission.notebook_path)
        except CloudError:
            return _Finish(
                Outcome.NO_NOTEBOOK,
                f"Unable to access the notebook {submission.notebook_path!r}. Either it does not "
                "exist, or the identity used to run this job lacks the required permissions.",
            )
        try:
            process = self._acquire(record)
        except (NoCapacityError, CloudError, LocalCloudError) as error:
            return _Finish(Outcome.NO_CLUSTER, f"The cluster could not be started: {error}")
        token = self._access.open_run_token()
        keep_log = True
        try:
            process.run(self._job(record, language, source, token))
            finish = self._follow(record, active, process)
            keep_log = finish.outcome in _WORTH_A_LOOK
        finally:
            process.end(keep_log=keep_log)
            self._access.close_run_token(token)
            self._machines.release(record.run_id, submission)
        return finish

    def _acquire(self, record: RunRecord) -> SparkProcess:
        submission = record.submission
        conf = self._secrets.fill_in(submission.spark_conf)
        variables = self._secrets.fill_in(submission.environment)
        return self._machines.acquire(record.run_id, submission, conf, variables)

    def _job(self, record: RunRecord, language: str, source: str, token: str) -> Job:
        submission = record.submission
        return Job(
            notebook_path=submission.notebook_path,
            language=language,
            source=source,
            parameters=submission.parameters,
            log=str(self.log_file(record)),
            workspace_url=self._url,
            authority=str(self._authority),
            token=token,
            environment={"DATABRICKS_RUNTIME_VERSION": submission.runtime.number},
        )

    def _follow(self, record: RunRecord, active: _Active, process: SparkProcess) -> _Finish:
        """Wait for the end of the notebook, of the time, or of someone's patience."""
        with self._lock:
            active.process = process
        run_id, submission = record.run_id, record.submission
        limit, where = submission.timeout_seconds, _place(record)
        deadline = time.monotonic() + limit if limit else None
        while active.stop is None:
            try:
                remaining = deadline and max(deadline - time.monotonic(), 0)
                message = process.inbox.get(timeout=remaining)
            except queue.Empty:
                self._runs.leave(run_id, "Stopping: the time limit is reached.")
                return _Finish(Outcome.TIMED_OUT, f"Run exceeded its limit of {limit} seconds.")
            match message:
                case Started():
                    self._runs.begin(run_id, f"In run, on {where}")
                case Ended():
                    self._runs.leave(run_id, "The notebook is over.")
                    return _finish(message, where)
                case Gone():
                    return _Finish(Outcome.SPARK_DIED, _death(process))
                case Ready() | Interrupt():
                    pass
        return self._stopped(run_id, active.stop)

    def _stopped(self, run_id: int, reason: Outcome) -> _Finish:
        self._runs.leave(run_id, "Stopping on request.")
        return _Finish(reason, _STOPPED[reason])


def _place(record: RunRecord) -> str:
    runtime = record.submission.runtime
    return f"local Spark {local_spark()} in place of {runtime.key} (Spark {runtime.spark})"


def _finish(ended: Ended, where: str) -> _Finish:
    if ended.succeeded:
        return _Finish(Outcome.SUCCEEDED, f"Ran on {where}", ended)
    message = f"Workload failed, see run output for details. Ran on {where}"
    return _Finish(Outcome.NOTEBOOK_FAILED, message, ended)


def _death(process: SparkProcess) -> str:
    code = process.process.wait()
    how = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
    return f"The Spark process {how} before the notebook was over; its log: {process.log}"
