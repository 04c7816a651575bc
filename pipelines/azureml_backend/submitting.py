"""Starts runs of a published pipeline: each request for a run makes one run, whatever goes wrong.

Azure ML knows no idempotency key. Every run therefore carries a property with an id of its
request, and before the request is repeated the runs are searched for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

import httpx

from pipelines.azureml_backend import sdk
from pipelines.errors import TransientError
from pipelines.retries import patiently
from pipelines.spec import DatastorePath, Pipeline

SUBMISSION_PROPERTY = "dataopsml.submission"
SUBMIT_TIMEOUT_SECONDS = 60


def submit(workspace: Any, endpoint: Any, pipeline: Pipeline, values: Mapping[str, str]) -> str:
    """Run what ``endpoint`` has as default, once.

    Args:
        workspace, endpoint: the SDK's objects.
        values: replaces what ``pipeline`` declares, by the name of an input or parameter;
            checked by :meth:`Pipeline.check_values`.

    Returns:
        The run's id.

    Raises:
        ServiceError: Azure ML refuses.
    """
    body = _body(pipeline, values)
    mark = body["Properties"][SUBMISSION_PROPERTY]
    is_first = True

    def attempt() -> str:
        nonlocal is_first
        if not is_first and (run_id := _find(workspace, pipeline.name, mark)):
            return run_id
        is_first = False
        return _post(workspace, endpoint, body)

    return patiently(attempt)


def _body(pipeline: Pipeline, values: Mapping[str, str]) -> dict[str, Any]:
    """What a pipeline endpoint's own REST interface takes (learn.microsoft.com)."""
    defaults = pipeline.replaceable()
    texts, paths = {}, {}
    for name, value in values.items():
        default = defaults[name]
        if isinstance(default, DatastorePath):
            paths[name] = {"DataStoreName": default.datastore, "RelativePath": value}
        else:
            texts[name] = value
    return {
        "ExperimentName": pipeline.name,
        "Description": pipeline.name,
        "RunSource": "SDK",
        "RunType": "SDK",
        "ParameterAssignments": texts,
        "DataPathAssignments": paths,
        "Properties": {SUBMISSION_PROPERTY: str(uuid4())},
    }


def _post(workspace: Any, endpoint: Any, body: Mapping[str, Any]) -> str:
    # Not the SDK's own method: it can't set properties.
    action = f"run pipeline {endpoint.name!r}"
    with sdk.call(action):
        headers = workspace._auth_object.get_authentication_header()
    try:
        answer = httpx.post(
            endpoint.endpoint, json=body, headers=headers, timeout=SUBMIT_TIMEOUT_SECONDS
        )
    except httpx.TransportError as error:
        raise TransientError(f"could not {action}: {error or type(error).__name__}") from error
    return str(sdk.check_answer(answer, action).json()["Id"])


def _find(workspace: Any, experiment: str, mark: str) -> str | None:
    from azureml.core import Experiment, Run

    with sdk.call(f"list the runs of {experiment!r}"):
        found = Run.list(
            Experiment(workspace, experiment),
            properties={SUBMISSION_PROPERTY: mark},
            _rehydrate_runs=False,  # one request instead of one for each run and more
        )
        return next((str(run.id) for run in found), None)
