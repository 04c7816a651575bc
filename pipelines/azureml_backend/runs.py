"""Reads pipeline runs: state, times, steps, where the output is, and what the steps wrote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from pipelines.azureml_backend import sdk
from pipelines.azureml_backend.failures import explain
from pipelines.errors import NotPublishedError
from pipelines.masking import mask
from pipelines.results import OutputPlace, Run, RunState, RunSummary, StepLog, StepRun
from pipelines.retries import patiently
from pipelines.spec import Pipeline
from stack_outputs import StackOutputs

PIPELINE_ID_PROPERTY = "azureml.pipelineid"
HISTORY_STATES = {"Completed": RunState.FINISHED}
"""Where run history's name of a state is another than the pipelines API's."""


class Runs:
    """The pipeline runs of one workspace."""

    def __init__(self, workspace: Any, stack: StackOutputs) -> None:
        self._workspace = workspace
        self._stack = stack
        self._known: dict[str, Any] = {}

    def pipeline_name(self, run_id: str) -> str:
        """Name of the pipeline that ``run_id`` is a run of.

        Raises:
            ServiceError: there is no such run.
        """
        return str(self._run(run_id).experiment.name)

    def newest(self, pipeline: str) -> str:
        """Id of the newest run of ``pipeline``.

        Raises:
            NotPublishedError: it has not run yet.
        """
        for run in self.summaries(pipeline, limit=1):
            return run.id
        raise NotPublishedError(
            f"pipeline {pipeline!r} has not run yet: python -m pipelines run --pipeline {pipeline}"
        )

    def summaries(self, pipeline: str, *, limit: int) -> tuple[RunSummary, ...]:
        """The newest runs first; none if it has not run yet."""

        def attempt() -> tuple[RunSummary, ...]:
            from azureml.core import Experiment, Run

            with sdk.call(f"list the runs of {pipeline!r}"):
                experiment = Experiment(self._workspace, pipeline)
                # As plain runs: the SDK would otherwise ask several times for each of them.
                found = Run.list(experiment, _rehydrate_runs=False)
                return tuple(_summary(run._run_dto, pipeline) for run in islice(found, limit))

        return patiently(attempt)

    def state(self, run_id: str) -> RunState:
        """The state of a run, and nothing else: cheap enough to be asked for often."""
        run = self._run(run_id)

        def attempt() -> RunState:
            with sdk.call(f"read run {run_id!r}"):
                return RunState(run.get_status())

        return patiently(attempt)

    def describe(self, run_id: str, pipeline: Pipeline) -> Run:
        """All that the services know about a run; the notebook's own report is not among it."""
        run = self._run(run_id)

        def attempt() -> Run:
            with sdk.call(f"read run {run_id!r}"):
                return self._describe(run, pipeline)

        return patiently(attempt)

    def logs(self, run_id: str) -> tuple[StepLog, ...]:
        """What the steps that have started wrote so far, in the order of their start."""
        run = self._run(run_id)

        def attempt() -> tuple[StepLog, ...]:
            with sdk.call(f"read the logs of run {run_id!r}"):
                return tuple(
                    StepLog(
                        step=step.name,
                        job=mask(step.get_job_log() or ""),
                        stdout=mask(step.get_stdout_log() or ""),
                        stderr=mask(step.get_stderr_log() or ""),
                    )
                    for step in _oldest_first(run)
                )

        return patiently(attempt)

    def cancel(self, run_id: str) -> None:
        """Ask Azure ML to end a run, and with it what Databricks does for it."""
        run = self._run(run_id)

        def attempt() -> None:
            with sdk.call(f"cancel run {run_id!r}"):
                run.cancel()

        patiently(attempt)

    def _run(self, run_id: str) -> Any:
        # Making the SDK's object takes four requests, asking it for its state takes one.
        from azureml.pipeline.core import PipelineRun

        def attempt() -> Any:
            with sdk.call(f"find run {run_id!r}"):
                return PipelineRun.get(self._workspace, run_id)

        if run_id not in self._known:
            self._known[run_id] = patiently(attempt)
        return self._known[run_id]

    def _describe(self, run: Any, pipeline: Pipeline) -> Run:
        state = RunState(run.get_status())
        details = run.get_details()
        steps = list(_oldest_first(run))
        return Run(
            id=run.id,
            pipeline=pipeline.name,
            state=state,
            started=_time(details.get("startTimeUtc")),
            ended=_time(details.get("endTimeUtc")),
            portal_url=run.get_portal_url(),
            steps=tuple(_step(step) for step in steps),
            output=self._output(steps, pipeline) if state is RunState.FINISHED else None,
            failure=explain(details, steps) if state is RunState.FAILED else None,
            metrics=_metrics(steps) if state is RunState.FINISHED else {},
        )

    def _output(self, steps: list[Any], pipeline: Pipeline) -> OutputPlace | None:
        wanted = pipeline.result
        for step in steps:
            if step.name == wanted.step:
                data = step.get_output_data(wanted.name)
                container = self._stack.training_container_name
                path = data.path_on_datastore.strip("/")
                return OutputPlace(
                    datastore=data.datastore_name,
                    container=container,
                    path=path,
                    url=f"{self._stack.training_blob_endpoint.rstrip('/')}/{container}/{path}",
                )
        return None


def _oldest_first(run: Any) -> Iterator[Any]:
    return reversed(list(run.get_steps()))


def _step(step: Any) -> StepRun:
    # What the SDK has fetched of the step anyway; asking again is one request for each step.
    fetched: dict[str, Any] = step._run_dto
    return StepRun(
        name=step.name,
        state=_history_state(fetched["status"]),
        started=_as_time(fetched.get("start_time_utc")),
        ended=_as_time(fetched.get("end_time_utc")),
    )


def _metrics(steps: list[Any]) -> dict[str, float]:
    """The numbers that the steps logged; a table, or a series of numbers, is left out."""
    return {
        name: value
        for step in steps
        for name, value in step.get_metrics().items()
        if isinstance(value, int | float)
    }


def _summary(fetched: dict[str, Any], pipeline: str) -> RunSummary:
    return RunSummary(
        id=fetched["run_id"],
        pipeline=pipeline,
        state=_history_state(fetched["status"]),
        started=_as_time(fetched.get("start_time_utc")),
        ended=_as_time(fetched.get("end_time_utc")),
        published_id=(fetched.get("properties") or {}).get(PIPELINE_ID_PROPERTY, ""),
    )


def _history_state(name: str) -> RunState:
    return HISTORY_STATES.get(name) or RunState(name)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _as_time(value: Any) -> datetime | None:
    """Run history's times are texts or already times, depending on the SDK's part that asked."""
    return value if isinstance(value, datetime) else _time(value)
