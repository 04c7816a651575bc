"""Everything that can be done with one stack's pipelines: Azure ML and its storage together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from pipelines import catalog, contract, preflight, storage
from pipelines.azureml_backend import AzureMlBackend
from pipelines.errors import NoOutputError, PipelinesError
from pipelines.results import (
    Download,
    OutputPlace,
    Preview,
    Published,
    Run,
    RunState,
    RunSummary,
    StepLog,
    Version,
)
from pipelines.spec import Pipeline
from stack_outputs import StackOutputs


class Session:
    """One pipeline of one deployed stack, and the runs of any."""

    def __init__(self, stack: StackOutputs, pipeline: str = catalog.DEFAULT) -> None:
        self._stack = stack
        self._pipeline = catalog.find(pipeline, stack)

    @cached_property
    def _backend(self) -> AzureMlBackend:
        return AzureMlBackend(self._stack)

    def publish(self, *, version: str | None = None) -> Published:
        """Publish what is declared now, once notebooks and declaration are known to fit.

        Raises:
            PipelinesError: they do not, or what it needs is not there; nothing was published.
        """
        contract.check(self._pipeline)
        self._check_ready({step.name: step.notebook_path for step in self._pipeline.steps})
        return self._backend.publish(self._pipeline, version=version)

    def submit(self, values: Mapping[str, str]) -> tuple[str, list[str]]:
        """Start a run of what is published; inputs and parameters can be replaced by name.

        Returns:
            The run's id, and what could not be checked before.
        """
        contract.check_values(self._pipeline, values)
        notebooks = self._backend.publisher.notebook_paths(self._pipeline.name)
        notes = self._check_ready(notebooks)
        return self._backend.submit(self._pipeline, values), notes

    def state(self, run_id: str) -> RunState:
        return self._backend.runs.state(run_id)

    def run(self, run_id: str | None = None) -> Run:
        """A run with its row counts, once it has finished; by default the pipeline's newest.

        Raises:
            NoOutputError: the run has finished, but its output is not whole.
        """
        run_id = run_id or self.newest_run()
        run = self._backend.runs.describe(run_id, self._pipeline_of(run_id))
        if run.output is None:
            return run
        try:
            report = storage.read_report(self._account(run.output), run.output)
        except NoOutputError as error:
            raise NoOutputError(f"run {run.id} is {run.state}, but {error}") from None
        return replace(run, report=report)

    def newest_run(self) -> str:
        """Id of the pipeline's newest run."""
        self._backend.publisher.endpoint(self._pipeline.name)
        return self._backend.runs.newest(self._pipeline.name)

    def runs(self, *, limit: int) -> tuple[RunSummary, ...]:
        """The pipeline's newest runs, with the version that each ran."""
        runs = self._backend.runs.summaries(self._pipeline.name, limit=limit)
        versions = {known.id: known.version for known in self.versions()} if runs else {}
        return tuple(replace(run, version=versions.get(run.published_id, "")) for run in runs)

    def versions(self) -> tuple[Version, ...]:
        """The pipeline's published versions, the newest first."""
        return self._backend.publisher.versions(self._pipeline.name)

    def logs(self, run_id: str) -> tuple[StepLog, ...]:
        return self._backend.runs.logs(run_id)

    def cancel(self, run_id: str) -> None:
        """Ask for the end of a run, in Azure ML and on Databricks; it takes a moment."""
        self._backend.runs.cancel(run_id)

    def preview(self, run: Run, *, rows: int) -> Preview:
        """The first rows of what ``run`` wrote.

        Raises:
            NoOutputError: it has not written any.
        """
        place = _output_of(run)
        return storage.read_head(self._account(place), place, rows=rows)

    def download(self, run: Run, directory: Path) -> Download:
        """Copy what ``run`` wrote into a new directory.

        Raises:
            NoOutputError: it has not written any.
            PipelinesError: the directory holds something already.
        """
        place = _output_of(run)
        return storage.download(self._account(place), place, directory)

    def _pipeline_of(self, run_id: str) -> Pipeline:
        name = self._backend.runs.pipeline_name(run_id)
        if name == self._pipeline.name:
            return self._pipeline
        if name not in catalog.PIPELINES:
            raise PipelinesError(
                f"run {run_id} is one of {name!r}, which is no pipeline of this project"
            )
        return catalog.find(name, self._stack)

    def _check_ready(self, notebooks: Mapping[str, str]) -> list[str]:
        return preflight.check(
            self._stack,
            azure_ml=self._backend,
            computes=sorted({step.compute for step in self._pipeline.steps}),
            notebooks=sorted(set(notebooks.values())),
            now=datetime.now(UTC),
        )

    def _account(self, place: OutputPlace) -> storage.Account:
        return storage.Account(
            name=self._stack.training_storage_account_name,
            endpoint=self._stack.training_blob_endpoint,
            key=self._backend.account_key(place.datastore),
        )


def _output_of(run: Run) -> OutputPlace:
    if run.output is None:
        raise NoOutputError(f"run {run.id} is {run.state}: it has no output")
    return run.output
