"""Published pipelines through the SDK."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.servers


def test_the_sdk_validates_publishes_finds_and_disables_a_pipeline(lab: Any) -> None:
    from azureml.pipeline.core import PublishedPipeline

    pipeline = lab.pipeline(lab.step("publish", "/Shared/none"))
    assert pipeline.validate() == []
    published = pipeline.publish(name="published", description="d", version="build-1")
    found = PublishedPipeline.get(lab.workspace, published.id)
    assert (found.name, found.version, found.status) == ("published", "build-1", "Active")
    assert published.id in [each.id for each in PublishedPipeline.list(lab.workspace)]
    published.disable()
    assert PublishedPipeline.get(lab.workspace, published.id).status == "Disabled"
