"""Everything that the pipelines ask of the Azure ML workspace of one stack."""

from __future__ import annotations

from collections.abc import Mapping

from pipelines.azureml_backend import computes, sdk
from pipelines.azureml_backend.publishing import Publisher
from pipelines.azureml_backend.runs import Runs
from pipelines.azureml_backend.submitting import submit
from pipelines.results import Published
from pipelines.retries import patiently
from pipelines.spec import Pipeline
from stack_outputs import StackOutputs


class AzureMlBackend:
    """The workspace, once it has answered.

    Attributes:
        publisher: published versions and endpoints.
        runs: what was submitted.
    """

    def __init__(self, stack: StackOutputs) -> None:
        self._workspace = sdk.open_workspace(stack)
        self.publisher = Publisher(self._workspace)
        self.runs = Runs(self._workspace, stack)

    def publish(self, pipeline: Pipeline, *, version: str | None = None) -> Published:
        """Publish ``pipeline`` and make it the default of its endpoint; see :class:`Publisher`.

        Args:
            pipeline: what to publish.
            version: usually the build's id; by default the content's hash. What has been
                published under this version before is not published again.
        """
        return self.publisher.publish(pipeline, version=version)

    def submit(self, pipeline: Pipeline, values: Mapping[str, str]) -> str:
        """Run the endpoint's default, with ``values`` for what the pipeline declares.

        Returns:
            The run's id.
        """
        pipeline.check_values(values)
        endpoint = self.publisher.endpoint(pipeline.name)
        return submit(self._workspace, endpoint, pipeline, values)

    def check_compute(self, name: str) -> None:
        """Refuse a compute that steps can't run on; see :func:`computes.check`."""
        patiently(lambda: computes.check(self._workspace, name))

    def account_key(self, datastore: str) -> str | None:
        """The storage account key that Azure ML keeps with ``datastore``, if it keeps one."""
        from azureml.core import Datastore

        def attempt() -> str | None:
            with sdk.call(f"read datastore {datastore!r}"):
                key: str | None = Datastore.get(self._workspace, datastore).account_key
                return key

        return patiently(attempt)
