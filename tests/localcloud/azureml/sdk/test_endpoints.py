"""Pipeline endpoints through the SDK."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.servers


def test_the_sdk_points_an_endpoint_at_a_newer_pipeline(lab: Any) -> None:
    from azureml.pipeline.core import PipelineEndpoint

    pipeline = lab.pipeline(lab.step("endpoint", "/Shared/none"))
    first = pipeline.publish(name="p", description="d", version="build-1")
    second = pipeline.publish(name="p", description="d", version="build-2")
    PipelineEndpoint.publish(lab.workspace, name="newest", pipeline=first, description="d")
    PipelineEndpoint.get(lab.workspace, name="newest").add_default(second)
    found = PipelineEndpoint.get(lab.workspace, name="newest")
    assert (found.default_version, found.get_pipeline().id) == ("1", second.id)
    versions = [(each.version, each.pipeline.id) for each in found.list_versions()]
    assert versions == [("0", first.id), ("1", second.id)]
