"""Transient faults: waited out within a limit, and nothing is made twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

import pytest

from pipelines import retries
from pipelines.azureml_backend import AzureMlBackend
from pipelines.errors import ServiceError, TransientError
from pipelines.feature_engineering import feature_engineering
from pipelines.spec import Pipeline
from stack_outputs import StackOutputs
from tests.conftest import RunningCloud

pytestmark = pytest.mark.servers

BUSY = {"status": 429, "retry_after_seconds": 1}
BROKEN = {"status": 503}
HUNG_UP = {"reset": True}
AFTER = {"after": True}
FAULTS = [
    pytest.param(BUSY, id="busy"),
    pytest.param(HUNG_UP, id="hung-up-before-the-deed"),
    pytest.param({**HUNG_UP, **AFTER}, id="hung-up-after-the-deed"),
    pytest.param({**BROKEN, **AFTER}, id="broken-after-the-deed"),
]


@pytest.fixture(autouse=True)
def no_long_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retries, "FIRST_PAUSE_SECONDS", 0.05)


@pytest.fixture(scope="module")
def pipeline(deployed: StackOutputs) -> Pipeline:
    """A pipeline whose notebook is not there: its runs fail at once and cost nothing."""
    declared = feature_engineering(deployed)
    step = replace(declared.steps[0], notebook_path="/Shared/nowhere")
    return replace(declared, name=f"faults-{uuid4().hex[:8]}", steps=(step,))


@pytest.fixture(scope="module")
def published(backend: AzureMlBackend, pipeline: Pipeline) -> Pipeline:
    backend.publish(pipeline)
    return pipeline


@pytest.mark.parametrize("fault", FAULTS)
def test_a_request_for_a_run_makes_one_run(
    backend: AzureMlBackend, published: Pipeline, cloud: RunningCloud, fault: dict[str, object]
) -> None:
    before = {run.id for run in backend.runs.summaries(published.name, limit=100)}
    cloud.inject({"path": ".*/PipelineEndpointSubmit/Id/.*", "method": "POST", **fault})

    run_id = backend.submit(published, {})

    made = {run.id for run in backend.runs.summaries(published.name, limit=100)} - before
    assert made == {run_id}


@pytest.mark.parametrize("fault", FAULTS[1:3])
def test_a_version_is_published_once(
    backend: AzureMlBackend, pipeline: Pipeline, cloud: RunningCloud, fault: dict[str, object]
) -> None:
    version = uuid4().hex[:8]
    cloud.inject({"path": ".*/Pipelines/Create", "method": "POST", **fault})

    published = backend.publish(pipeline, version=version)

    known = backend.publisher.versions(pipeline.name)
    assert [each.id for each in known if each.version == version] == [published.id]
    assert [each.id for each in known if each.is_default] == [published.id]


def test_an_endpoint_is_made_once(
    backend: AzureMlBackend, pipeline: Pipeline, cloud: RunningCloud
) -> None:
    new = replace(pipeline, name=f"faults-{uuid4().hex[:8]}")
    fault = {"path": ".*/PipelineEndpoints/Create", "method": "POST", **HUNG_UP, **AFTER}
    cloud.inject(fault)

    published = backend.publish(new)

    assert backend.publisher.default(new.name) == replace(published, is_new=False)


def test_the_default_stays_where_it_is_until_the_new_version_was_read_back(
    backend: AzureMlBackend, published: Pipeline, cloud: RunningCloud
) -> None:
    before = backend.publisher.default(published.name)
    cloud.inject({"path": ".*/Graphs/.*", "method": "GET", "status": 403, "times": 9})

    with pytest.raises(ServiceError, match="could not read back pipeline"):
        backend.publish(published, version="unread")
    cloud.inject()

    assert backend.publisher.default(published.name) == before
    assert "unread" in [each.version for each in backend.publisher.versions(published.name)]
    moved = backend.publish(published, version="unread")
    assert (moved.is_new, backend.publisher.default(published.name).id) == (False, moved.id)


@pytest.mark.parametrize(
    ("path", "fault", "ask"),
    [
        (".*/runs:query", BROKEN, lambda backend, name: backend.runs.summaries(name, limit=1)),
        (".*/computes/databricks", BUSY, lambda backend, name: backend.check_compute("databricks")),
        (
            ".*/PipelineEndpoints/Name",
            HUNG_UP,
            lambda backend, name: backend.publisher.default(name),
        ),
        (
            ".*/datastores/training_data",
            BUSY,
            lambda backend, _: backend.account_key("training_data"),
        ),
    ],
)
def test_a_question_is_asked_again(
    backend: AzureMlBackend,
    published: Pipeline,
    cloud: RunningCloud,
    path: str,
    fault: dict[str, object],
    ask: Callable[[AzureMlBackend, str], object],
) -> None:
    expected = ask(backend, published.name)
    cloud.inject({"path": path, **fault})

    assert ask(backend, published.name) == expected


def test_waiting_has_a_limit_and_the_error_says_how_often_it_was_tried(
    backend: AzureMlBackend,
    published: Pipeline,
    cloud: RunningCloud,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(retries, "LIMIT_SECONDS", 1.0)
    cloud.inject({"path": ".*/PipelineEndpointSubmit/.*", "status": 503, "times": 99})

    with pytest.raises(TransientError, match=r"could not run pipeline .*503.* \(tried \d+ times\)"):
        backend.submit(published, {})
    cloud.inject()


def test_a_service_that_asks_for_more_time_than_there_is_is_not_waited_for(
    backend: AzureMlBackend, published: Pipeline, cloud: RunningCloud
) -> None:
    cloud.inject(
        {"path": ".*/PipelineEndpointSubmit/.*", "status": 429, "retry_after_seconds": 600}
    )

    with pytest.raises(TransientError) as refusal:
        backend.submit(published, {})

    assert refusal.value.retry_after_seconds == 600
    assert "tried" not in str(refusal.value)
