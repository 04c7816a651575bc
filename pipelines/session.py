"""Everything that can be done with one stack's pipeline: Azure ML and its storage together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from pipelines import catalog, storage
from pipelines.azureml_backend import AzureMlBackend
from pipelines.errors import NoOutputError, StackError
from pipelines.results import OutputPlace, Preview, Published, Run, RunState
from stack_outputs import StackOutputs


class Session:
    """One pipeline of one deployed stack."""

    def __init__(self, stack: StackOutputs, pipeline: str = catalog.DEFAULT) -> None:
        self._stack = stack
        self._pipeline = catalog.find(pipeline, stack)
        self._backend = AzureMlBackend(stack)

    def publish(self, *, version: str | None = None) -> Published:
        """Publish what is declared now; see :meth:`AzureMlBackend.publish`."""
        return self._backend.publish(self._pipeline, version=version)

    def submit(self, replacements: Mapping[str, str]) -> str:
        """Start a run of what is published; inputs and parameters can be replaced by name.

        Returns:
            The run's id.
        """
        check_token_expiry(self._stack, now=datetime.now(UTC))
        return self._backend.submit(self._pipeline, replacements)

    def state(self, run_id: str) -> RunState:
        return self._backend.state(run_id)

    def run(self, run_id: str | None = None) -> Run:
        """A run with its row counts, once it has finished; by default the newest.

        Raises:
            NoOutputError: the run has finished, but its output is not whole.
        """
        run = self._backend.run(self._pipeline, run_id)
        if run.output is None:
            return run
        try:
            report = storage.read_report(self._account(run.output), run.output)
        except NoOutputError as error:
            raise NoOutputError(f"run {run.id} is {run.state}, but {error}") from None
        return replace(run, report=report)

    def preview(self, run: Run, *, rows: int) -> Preview:
        """The first rows of what ``run`` wrote.

        Raises:
            NoOutputError: it has not written any.
        """
        if run.output is None:
            raise NoOutputError(f"run {run.id} is {run.state}: it has no output")
        return storage.read_head(self._account(run.output), run.output, rows=rows)

    def _account(self, place: OutputPlace) -> storage.Account:
        return storage.Account(
            name=self._stack.training_storage_account_name,
            endpoint=self._stack.training_blob_endpoint,
            key=self._backend.account_key(place.datastore),
        )


def check_token_expiry(stack: StackOutputs, *, now: datetime) -> None:
    """Refuse early what would fail late: Azure ML reaches Databricks with a token that ends.

    Raises:
        StackError: it has expired.
    """
    if now >= datetime.fromisoformat(stack.databricks_token_expiry):
        raise StackError(
            f"Azure ML's access token for Databricks expired on {stack.databricks_token_expiry}. "
            "Renew it: pulumi up"
        )
