"""Runs in the shapes that the Jobs API shows."""

from __future__ import annotations

from pathlib import Path

from databricks.sdk.service.compute import ClusterSpec
from databricks.sdk.service.jobs import (
    ClusterInstance,
    NotebookOutput,
    NotebookTask,
    Run,
    RunLifeCycleState,
    RunOutput,
    RunState,
    RunStatus,
    RunTask,
    RunType,
    TerminationDetails,
    TriggerType,
)

from localcloud.databricks.identity import USER_NAME
from localcloud.databricks.lifecycle import V2_STATES, Outcome
from localcloud.databricks.runs import RunRecord, now_ms

MAX_OUTPUT_BYTES = 5 * 2**20
"""Source: databricks-sdk, ``RunOutput``."""


def job_run(record: RunRecord, page_url: str) -> Run:
    """The run with its task. Durations other than the whole are those of the task."""
    return Run(
        run_id=record.run_id,
        job_id=record.job_id,
        job_run_id=record.run_id,
        number_in_job=record.run_id,
        original_attempt_run_id=record.run_id,
        run_name=record.request.get("run_name") or "Untitled",
        run_page_url=page_url,
        run_type=RunType.SUBMIT_RUN,
        trigger=TriggerType.ONE_TIME,
        creator_user_name=USER_NAME,
        start_time=record.start_time,
        end_time=record.end_time,
        run_duration=(record.end_time or now_ms()) - record.start_time,
        setup_duration=0,
        execution_duration=0,
        cleanup_duration=0,
        state=_state(record),
        status=_status(record),
        tasks=[_task(record, page_url)],
    )


def task_run(record: RunRecord, page_url: str) -> Run:
    """The task's run, as the API shows it when asked for the task's own id."""
    task = _task(record, page_url)
    return Run(
        run_id=task.run_id,
        job_id=record.job_id,
        job_run_id=record.run_id,
        number_in_job=task.run_id,
        original_attempt_run_id=task.run_id,
        run_name=task.task_key,
        run_page_url=page_url,
        run_type=RunType.SUBMIT_RUN,
        trigger=TriggerType.ONE_TIME,
        creator_user_name=USER_NAME,
        attempt_number=0,
        start_time=task.start_time,
        end_time=task.end_time,
        setup_duration=task.setup_duration,
        execution_duration=task.execution_duration,
        cleanup_duration=task.cleanup_duration,
        cluster_spec=task.new_cluster,
        cluster_instance=task.cluster_instance,
        state=task.state,
        status=task.status,
    )


def output(record: RunRecord, page_url: str, log: Path) -> RunOutput:
    """What came out of the task: its exit value, its failure, what it printed.

    The cloud gives ``logs`` for other kinds of task only; here a notebook's are given too, for
    there is no page on which they could be read.
    """
    logs, logs_truncated = _last_bytes(log)
    result = record.result
    encoded = (result or "").encode()
    return RunOutput(
        notebook_output=NotebookOutput(
            result=None if result is None else encoded[:MAX_OUTPUT_BYTES].decode(errors="ignore"),
            truncated=len(encoded) > MAX_OUTPUT_BYTES,
        ),
        error=record.error or (record.state_message if _has_failed_outside(record) else None),
        error_trace=record.error_trace,
        logs=logs,
        logs_truncated=logs_truncated,
        metadata=task_run(record, page_url),
    )


def _task(record: RunRecord, page_url: str) -> RunTask:
    submission = record.submission
    execution_end = record.cleanup_time or record.end_time
    setup_end = record.execution_time or execution_end
    return RunTask(
        run_id=record.task_run_id,
        task_key=submission.task["task_key"],
        attempt_number=0,
        run_page_url=page_url,
        notebook_task=NotebookTask.from_dict(submission.task["notebook_task"]),
        new_cluster=None
        if submission.existing_cluster
        else ClusterSpec.from_dict(submission.cluster),
        existing_cluster_id=submission.task.get("existing_cluster_id"),
        cluster_instance=ClusterInstance(cluster_id=record.cluster_id),
        start_time=record.start_time,
        end_time=record.end_time,
        setup_duration=_between(record.start_time, setup_end),
        execution_duration=_between(record.execution_time, execution_end),
        cleanup_duration=_between(record.cleanup_time, record.end_time),
        state=_state(record),
        status=_status(record),
    )


def _state(record: RunRecord) -> RunState:
    end = Outcome[record.outcome].value if record.is_over else None
    return RunState(
        life_cycle_state=RunLifeCycleState(record.state),
        result_state=end.result if end else None,
        state_message=record.state_message,
        user_cancelled_or_timedout=record.is_over
        and Outcome[record.outcome] in (Outcome.CANCELED, Outcome.TIMED_OUT),
    )


def _status(record: RunRecord) -> RunStatus:
    status = RunStatus(state=V2_STATES[RunLifeCycleState(record.state)])
    if record.is_over:
        end = Outcome[record.outcome].value
        status.termination_details = TerminationDetails(
            code=end.code, type=end.blame, message=record.state_message
        )
    return status


def _has_failed_outside(record: RunRecord) -> bool:
    """Whether the run failed without the notebook being the one that failed."""
    return record.is_over and Outcome[record.outcome] is not Outcome.SUCCEEDED


def _between(begin_ms: int, end_ms: int) -> int:
    return max(end_ms - begin_ms, 0) if begin_ms and end_ms else 0


def _last_bytes(log: Path) -> tuple[str, bool]:
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(size - MAX_OUTPUT_BYTES, 0))
            return file.read().decode(errors="replace"), size > MAX_OUTPUT_BYTES
    except FileNotFoundError:
        return "", False
