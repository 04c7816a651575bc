"""Publishing and running through the real SDK against the local cloud."""

from __future__ import annotations

import socket
from dataclasses import replace
from uuid import uuid4

import pytest

from pipelines.azureml_backend import AzureMlBackend
from pipelines.errors import NotPublishedError, PipelinesError, ServiceError
from pipelines.feature_engineering import feature_engineering
from pipelines.spec import Pipeline
from stack_outputs import StackOutputs
from tests.conftest import RunningCloud

pytestmark = pytest.mark.servers


@pytest.fixture
def pipeline(deployed: StackOutputs) -> Pipeline:
    """The feature pipeline under a name that no other test uses."""
    return replace(feature_engineering(deployed), name=f"features-{uuid4().hex[:8]}")


def with_notebook(pipeline: Pipeline, path: str) -> Pipeline:
    return replace(pipeline, steps=(replace(pipeline.steps[0], notebook_path=path),))


def test_the_same_content_is_published_once(backend: AzureMlBackend, pipeline: Pipeline) -> None:
    first = backend.publish(pipeline)
    second = backend.publish(pipeline)

    assert (first.is_new, first.version) == (True, pipeline.content_hash())
    assert second == replace(first, is_new=False)
    assert backend.publisher.default(pipeline.name) == second


def test_a_changed_notebook_is_a_new_version_and_the_new_default(
    backend: AzureMlBackend, pipeline: Pipeline
) -> None:
    changed = with_notebook(pipeline, "/Shared/feature_engineering/changed")

    old = backend.publish(pipeline)
    new = backend.publish(changed)

    assert new.version == changed.content_hash() != old.version
    assert (new.id != old.id, new.endpoint_id == old.endpoint_id) == (True, True)
    assert backend.publisher.default(pipeline.name).id == new.id


def test_going_back_to_earlier_content_makes_the_earlier_version_the_default(
    backend: AzureMlBackend, pipeline: Pipeline
) -> None:
    old = backend.publish(pipeline)
    backend.publish(with_notebook(pipeline, "/Shared/feature_engineering/changed"))

    back = backend.publish(pipeline)

    assert back == replace(old, is_new=False)
    assert backend.publisher.default(pipeline.name) == back


def test_a_build_id_becomes_the_version(backend: AzureMlBackend, pipeline: Pipeline) -> None:
    first = backend.publish(pipeline, version="build-41")
    second = backend.publish(pipeline, version="build-42")

    assert (first.version, second.version) == ("build-41", "build-42")
    assert backend.publisher.default(pipeline.name).id == second.id
    assert backend.publish(pipeline, version="build-42") == replace(second, is_new=False)


def test_a_build_id_that_is_taken_by_other_content_is_refused(
    backend: AzureMlBackend, pipeline: Pipeline
) -> None:
    published = backend.publish(pipeline, version="build-1")
    changed = with_notebook(pipeline, "/Shared/feature_engineering/changed")

    with pytest.raises(PipelinesError) as refusal:
        backend.publish(changed, version="build-1")

    assert str(refusal.value) == (
        f"version 'build-1' of pipeline {pipeline.name!r} is already published with other content "
        f"({pipeline.content_hash()}; now {changed.content_hash()}). Give another version: "
        "python -m pipelines publish --build-id ID"
    )
    assert backend.publisher.default(pipeline.name) == replace(published, is_new=False)


def test_what_is_not_published_can_be_neither_run_nor_looked_at(
    backend: AzureMlBackend, pipeline: Pipeline
) -> None:
    for request in (
        lambda: backend.submit(pipeline, {}),
        lambda: backend.publisher.versions(pipeline.name),
        lambda: backend.publisher.default(pipeline.name),
    ):
        with pytest.raises(NotPublishedError) as refusal:
            request()
        assert str(refusal.value) == (
            f"pipeline {pipeline.name!r} is not published yet: python -m pipelines publish "
            f"--pipeline {pipeline.name}"
        )


def test_a_pipeline_that_has_not_run_has_nothing_to_show(
    backend: AzureMlBackend, pipeline: Pipeline
) -> None:
    backend.publish(pipeline)

    with pytest.raises(NotPublishedError, match="has not run yet: python -m pipelines run"):
        backend.runs.newest(pipeline.name)
    assert backend.runs.summaries(pipeline.name, limit=5) == ()


def test_an_unknown_run_is_named(backend: AzureMlBackend, pipeline: Pipeline) -> None:
    backend.publish(pipeline)

    with pytest.raises(ServiceError, match="could not find run 'no-such-run'"):
        backend.runs.describe("no-such-run", pipeline)


@pytest.mark.parametrize(
    ("replacements", "message"),
    [
        (
            {"trainig_data": "x.csv"},
            "has no parameter 'trainig_data': did you mean 'training_data'?",
        ),
        ({"training_data": ""}, "parameter 'training_data': the value is empty"),
    ],
)
def test_a_wrong_replacement_is_refused_before_anything_runs(
    backend: AzureMlBackend, pipeline: Pipeline, replacements: dict[str, str], message: str
) -> None:
    with pytest.raises(PipelinesError, match=message.replace("?", r"\?")):
        backend.submit(pipeline, replacements)


@pytest.mark.parametrize(
    ("field", "message"),
    [
        ("databricks_compute_name", "could not build pipeline .*: .*nowhere"),
        ("training_datastore_name", "could not build pipeline .*: .*nowhere"),
    ],
)
def test_what_the_workspace_does_not_have_is_named(
    backend: AzureMlBackend, deployed: StackOutputs, field: str, message: str
) -> None:
    astray = feature_engineering(replace(deployed, **{field: "nowhere"}))

    with pytest.raises(ServiceError, match=message):
        backend.publish(astray)


def test_a_workspace_that_does_not_exist_is_named(deployed: StackOutputs) -> None:
    with pytest.raises(ServiceError, match="could not open Azure ML workspace 'aml-nowhere'"):
        AzureMlBackend(replace(deployed, ml_workspace_name="aml-nowhere"))


def test_a_cloud_that_does_not_answer_is_said_at_once(
    deployed: StackOutputs, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"https://127.0.0.1:{unused.getsockname()[1]}/metadata/endpoints"
        monkeypatch.setenv("ARM_CLOUD_METADATA_URL", url)

        with pytest.raises(ServiceError, match=f"Azure does not answer at {url}"):
            AzureMlBackend(deployed)


def test_the_sdk_says_nothing(
    backend: AzureMlBackend, pipeline: Pipeline, capfd: pytest.CaptureFixture[str]
) -> None:
    backend.publish(pipeline)

    assert capfd.readouterr() == ("", "")


def test_a_refusal_by_the_service_is_one_line_and_publishing_again_mends_it(
    backend: AzureMlBackend, pipeline: Pipeline, cloud: RunningCloud
) -> None:
    cloud.inject({"path": ".*/Pipelines/Create", "method": "POST", "status": 409})

    with pytest.raises(ServiceError) as refusal:
        backend.publish(pipeline)

    assert str(refusal.value).startswith(f"could not publish pipeline {pipeline.name!r}: ")
    assert "\n" not in str(refusal.value)
    assert backend.publish(pipeline).is_new


def test_a_connection_that_is_cut_once_is_not_noticed(
    backend: AzureMlBackend, pipeline: Pipeline, cloud: RunningCloud
) -> None:
    published = backend.publish(pipeline)
    cloud.inject({"path": ".*/PipelineEndpoints/Name", "method": "GET", "reset": True})

    assert backend.publisher.default(pipeline.name) == replace(published, is_new=False)
