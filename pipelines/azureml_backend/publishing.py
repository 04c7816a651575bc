"""Publishes pipelines: versions, and the endpoint whose default is what a run runs.

Every step can be repeated: what is there is looked up before anything is made, so a lost
answer makes no second version and no second endpoint.
"""

from __future__ import annotations

import re
from typing import Any

from pipelines.azureml_backend import sdk
from pipelines.azureml_backend.graph import GraphBuilder
from pipelines.errors import NotPublishedError, PipelinesError, ServiceError
from pipelines.results import Published, Version
from pipelines.retries import patiently
from pipelines.spec import Pipeline

CONTENT_MARK = re.compile(r"\[content ([0-9a-f]+)\]$")
"""Ends a published pipeline's description: Azure ML keeps no other field that could hold it."""


class Publisher:
    """One pipeline has one endpoint, of its name."""

    def __init__(self, workspace: Any) -> None:
        self._workspace = workspace

    def publish(self, pipeline: Pipeline, *, version: str | None = None) -> Published:
        """Publish ``pipeline``, read it back, and only then make it its endpoint's default.

        Raises:
            PipelinesError: ``version`` is taken by other content, or Azure ML refuses.
        """
        version = version or pipeline.content_hash()
        earlier = patiently(lambda: self._find_version(pipeline, version))
        published = earlier or patiently(lambda: self._publish_once(pipeline, version))
        patiently(lambda: self._validate(pipeline, published))
        endpoint = patiently(lambda: self._make_default(pipeline, published))
        return _describe(endpoint, published, is_new=earlier is None)

    def default(self, pipeline: str) -> Published:
        """What the endpoint of ``pipeline`` runs.

        Raises:
            NotPublishedError: nothing is published yet.
        """
        endpoint = self.endpoint(pipeline)

        def attempt() -> Published:
            with sdk.call(f"read pipeline endpoint {pipeline!r}"):
                return _describe(endpoint, endpoint.get_pipeline(), is_new=False)

        return patiently(attempt)

    def versions(self, pipeline: str) -> tuple[Version, ...]:
        """Every published version, the newest first.

        Raises:
            NotPublishedError: nothing is published yet.
        """
        default = self.default(pipeline)
        return tuple(
            Version(
                pipeline=pipeline,
                version=known.version,
                id=known.id,
                content_hash=_content_hash(known),
                is_default=known.id == default.id,
            )
            for known in patiently(lambda: self._published(pipeline))
        )

    def notebook_paths(self, pipeline: str) -> dict[str, str]:
        """Step to workspace path of its notebook, of what the endpoint runs by default."""
        endpoint = self.endpoint(pipeline)

        def attempt() -> dict[str, str]:
            with sdk.call(f"read the graph that endpoint {pipeline!r} runs"):
                return _notebook_paths(endpoint.get_pipeline())

        return patiently(attempt)

    def endpoint(self, pipeline: str) -> Any:
        """The endpoint of ``pipeline``, as the SDK's object.

        Raises:
            NotPublishedError: there is none yet.
        """
        endpoint = patiently(lambda: self._find_endpoint(pipeline))
        if endpoint is None:
            raise NotPublishedError(
                f"pipeline {pipeline!r} is not published yet: python -m pipelines publish "
                f"--pipeline {pipeline}"
            )
        return endpoint

    def _published(self, name: str) -> list[Any]:
        from azureml.pipeline.core import PublishedPipeline

        with sdk.call(f"list the published versions of {name!r}"):
            found = PublishedPipeline.list(self._workspace)
        return [known for known in found if known.name == name]

    def _find_version(self, pipeline: Pipeline, version: str) -> Any | None:
        found = [known for known in self._published(pipeline.name) if known.version == version]
        if not found:
            return None
        content_hash = pipeline.content_hash()
        if (taken_by := _content_hash(found[0])) != content_hash:
            raise PipelinesError(
                f"version {version!r} of pipeline {pipeline.name!r} is already published with "
                f"other content ({taken_by or 'unknown'}; now {content_hash}). Give another "
                "version: python -m pipelines publish --build-id ID"
            )
        return found[0]

    def _publish_once(self, pipeline: Pipeline, version: str) -> Any:
        # A second attempt comes after an answer that never arrived: it may be there by now.
        if (found := self._find_version(pipeline, version)) is not None:
            return found
        graph = GraphBuilder(self._workspace).build(pipeline)
        with sdk.call(f"publish pipeline {pipeline.name!r}"):
            return graph.publish(
                name=pipeline.name,
                description=f"{pipeline.description} [content {pipeline.content_hash()}]",
                version=version,
            )

    def _validate(self, pipeline: Pipeline, published: Any) -> None:
        """Compare what Azure ML keeps with what was declared."""
        with sdk.call(f"read back pipeline {pipeline.name!r} {published.version!r}"):
            kept = _notebook_paths(published)
        declared = {step.name: step.notebook_path for step in pipeline.steps}
        if published.status != "Active" or kept != declared:
            raise ServiceError(
                f"pipeline {pipeline.name!r} {published.version!r} is not what was declared: it is "
                f"{published.status} and runs {kept}, declared is {declared}. The endpoint keeps "
                "its default. Publish under another version: python -m pipelines publish "
                "--build-id ID"
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
            if endpoint.get_pipeline().id == published.id:
                return endpoint
            if published.id in (known.pipeline_id for known in endpoint.pipeline_version_list):
                endpoint.set_default(published)
            else:
                endpoint.add_default(published)
        return endpoint


def _notebook_paths(published: Any) -> dict[str, str]:
    """Step to the workspace path of its notebook."""
    return {
        node.name: node.get_param("notebook_path").value
        for node in published.get_graph().module_nodes
    }


def _content_hash(published: Any) -> str:
    mark = CONTENT_MARK.search(published.description or "")
    return mark[1] if mark else ""


def _describe(endpoint: Any, published: Any, *, is_new: bool) -> Published:
    return Published(
        name=published.name,
        id=published.id,
        version=published.version,
        content_hash=_content_hash(published),
        endpoint_id=endpoint.id,
        endpoint_url=endpoint.endpoint,
        is_new=is_new,
    )
