"""Publishes, runs and looks at pipelines in the Azure ML workspace of one stack."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pipelines.azureml_backend import runs, sdk
from pipelines.azureml_backend.graph import GraphBuilder
from pipelines.errors import NotPublishedError, PipelinesError
from pipelines.results import Published, Run, RunState
from pipelines.spec import DatastorePath, Pipeline, did_you_mean, parameter_problems
from stack_outputs import StackOutputs

CONTENT_MARK = re.compile(r"\[content ([0-9a-f]+)\]$")
"""Ends a published pipeline's description: Azure ML keeps no other field that could hold it."""


class AzureMlBackend:
    """One pipeline has one endpoint, of its name, whose default is what a run runs."""

    def __init__(self, stack: StackOutputs) -> None:
        self._workspace = sdk.open_workspace(stack)
        self._stack = stack
        self._runs: dict[str, Any] = {}

    def publish(self, pipeline: Pipeline, *, version: str | None = None) -> Published:
        """Publish ``pipeline`` and make it the default of its endpoint.

        Args:
            pipeline: what to publish.
            version: usually the build's id; by default the content's hash. What has been
                published under this version before is not published again.

        Raises:
            PipelinesError: ``version`` is taken by other content, or Azure ML refuses.
        """
        content_hash = pipeline.content_hash()
        version = version or content_hash
        published = self._find_version(pipeline.name, version)
        is_new = published is None
        if published is None:
            graph = GraphBuilder(self._workspace).build(pipeline)
            with sdk.call(f"publish pipeline {pipeline.name!r}"):
                published = graph.publish(
                    name=pipeline.name,
                    description=f"{pipeline.description} [content {content_hash}]",
                    version=version,
                )
        elif (taken_by := _content_hash(published)) != content_hash:
            raise PipelinesError(
                f"version {version!r} of pipeline {pipeline.name!r} is already published with "
                f"other content ({taken_by or 'unknown'}; now {content_hash}). Give another "
                "version: python -m pipelines publish --build-id ID"
            )
        endpoint = self._make_default(pipeline, published)
        return _describe_published(endpoint, published, is_new=is_new)

    def default(self, pipeline: Pipeline) -> Published:
        """What the pipeline's endpoint runs by default.

        Raises:
            NotPublishedError: nothing is published yet.
        """
        endpoint = self._endpoint(pipeline)
        with sdk.call(f"read pipeline endpoint {pipeline.name!r}"):
            return _describe_published(endpoint, endpoint.get_pipeline(), is_new=False)

    def submit(self, pipeline: Pipeline, replacements: Mapping[str, str]) -> str:
        """Run the endpoint's default, with ``replacements`` for what the pipeline declares.

        Returns:
            The run's id.
        """
        _check_replacements(pipeline, replacements)
        endpoint = self._endpoint(pipeline)
        with sdk.call(f"run pipeline {pipeline.name!r}"):
            values = self._values(pipeline, replacements)
            run = endpoint.submit(pipeline.name, pipeline_parameters=values)
        self._runs[run.id] = run
        return str(run.id)

    def run(self, pipeline: Pipeline, run_id: str | None = None) -> Run:
        """The run ``run_id`` as it is now; by default the pipeline's newest."""
        run = self._run(run_id) if run_id else self._newest_run(pipeline)
        with sdk.call(f"read run {run.id!r}"):
            return runs.describe(run, pipeline, self._stack)

    def state(self, run_id: str) -> RunState:
        """The state of a run, and nothing else: cheap enough to be asked for often."""
        run = self._run(run_id)
        with sdk.call(f"read run {run_id!r}"):
            return RunState(run.get_status())

    def account_key(self, datastore: str) -> str | None:
        """The storage account key that Azure ML keeps with ``datastore``, if it keeps one."""
        from azureml.core import Datastore

        with sdk.call(f"read datastore {datastore!r}"):
            key: str | None = Datastore.get(self._workspace, datastore).account_key
            return key

    def _run(self, run_id: str) -> Any:
        # Making the SDK's object takes four requests, asking it for its state takes one.
        from azureml.pipeline.core import PipelineRun

        if run_id not in self._runs:
            with sdk.call(f"find run {run_id!r}"):
                self._runs[run_id] = PipelineRun.get(self._workspace, run_id)
        return self._runs[run_id]

    def _newest_run(self, pipeline: Pipeline) -> Any:
        from azureml.core import Experiment

        self._endpoint(pipeline)
        with sdk.call(f"list the runs of {pipeline.name!r}"):
            newest = next(iter(Experiment(self._workspace, pipeline.name).get_runs()), None)
        if newest is None:
            raise NotPublishedError(
                f"pipeline {pipeline.name!r} has not run yet: python -m pipelines run"
            )
        return self._run(str(newest.id))

    def _values(self, pipeline: Pipeline, replacements: Mapping[str, str]) -> dict[str, Any]:
        graph = GraphBuilder(self._workspace)
        values: dict[str, Any] = {}
        for name, value in replacements.items():
            default = pipeline.replaceable()[name]
            if isinstance(default, DatastorePath):
                source = DatastorePath(datastore=default.datastore, path=value)
                values[name] = graph.data_path(name, source)
            else:
                values[name] = value
        return values

    def _find_version(self, name: str, version: str) -> Any | None:
        from azureml.pipeline.core import PublishedPipeline

        with sdk.call(f"list the published versions of {name!r}"):
            found = PublishedPipeline.list(self._workspace)
        return next(
            (known for known in found if (known.name, known.version) == (name, version)), None
        )

    def _find_endpoint(self, name: str) -> Any | None:
        from azureml.pipeline.core import PipelineEndpoint
        from msrest.exceptions import HttpOperationError

        with sdk.call(f"find pipeline endpoint {name!r}"):
            try:
                return PipelineEndpoint.get(self._workspace, name=name)
            except HttpOperationError as error:
                if sdk.is_not_found(error):
                    return None
                raise

    def _endpoint(self, pipeline: Pipeline) -> Any:
        endpoint = self._find_endpoint(pipeline.name)
        if endpoint is None:
            raise NotPublishedError(
                f"pipeline {pipeline.name!r} is not published yet: python -m pipelines publish"
            )
        return endpoint

    def _make_default(self, pipeline: Pipeline, published: Any) -> Any:
        from azureml.pipeline.core import PipelineEndpoint

        endpoint = self._find_endpoint(pipeline.name)
        with sdk.call(f"point endpoint {pipeline.name!r} at version {published.version!r}"):
            if endpoint is None:
                return PipelineEndpoint.publish(
                    self._workspace,
                    name=pipeline.name,
                    pipeline=published,
                    description=pipeline.description,
                )
            if published.id in (known.pipeline_id for known in endpoint.pipeline_version_list):
                endpoint.set_default(published)
            else:
                endpoint.add_default(published)
        return endpoint


def _check_replacements(pipeline: Pipeline, replacements: Mapping[str, str]) -> None:
    known = pipeline.replaceable()
    problems = []
    for name, value in replacements.items():
        if name not in known:
            problems.append(
                f"pipeline {pipeline.name!r} has no parameter {name!r}{did_you_mean(name, known)}"
            )
        elif not value:
            problems.append(f"parameter {name!r}: the value is empty")
        elif isinstance(known[name], str):
            problems += parameter_problems(name, value)
    if problems:
        raise PipelinesError("\n".join(problems))


def _content_hash(published: Any) -> str:
    mark = CONTENT_MARK.search(published.description or "")
    return mark[1] if mark else ""


def _describe_published(endpoint: Any, published: Any, *, is_new: bool) -> Published:
    return Published(
        name=published.name,
        id=published.id,
        version=published.version,
        content_hash=_content_hash(published),
        endpoint_id=endpoint.id,
        endpoint_url=endpoint.endpoint,
        is_new=is_new,
    )
