"""Bodies are checked against the SDK's own methods and dataclasses."""

from __future__ import annotations

from typing import Any

import pytest
from databricks.sdk.service.compute import InstancePoolsAPI
from databricks.sdk.service.jobs import JobsAPI
from databricks.sdk.service.workspace import WorkspaceAPI

from localcloud.databricks.wire import check_body
from localcloud.errors import CloudError

POOL = {"instance_pool_name": "pool", "node_type_id": "Standard_D4ds_v5"}


def refusal(call: Any, body: dict[str, Any]) -> tuple[int, str, str]:
    with pytest.raises(CloudError) as refused:
        check_body(call, body)
    return refused.value.status, refused.value.code, refused.value.message


def test_what_the_sdk_can_send_is_accepted() -> None:
    check_body(InstancePoolsAPI.create, {**POOL, "azure_attributes": {"spot_bid_max_price": 1}})
    check_body(JobsAPI.submit, {"tasks": [{"task_key": "a", "new_cluster": {"num_workers": 2}}]})
    check_body(WorkspaceAPI.import_, {"path": "/a", "format": "SOURCE", "language": None})


def test_an_unknown_key_is_named() -> None:
    assert refusal(InstancePoolsAPI.create, {**POOL, "colour": "red"}) == (
        400,
        "MALFORMED_REQUEST",
        "Could not parse request object: unknown field colour",
    )


def test_an_unknown_nested_key_is_named_with_its_place() -> None:
    body = {"tasks": [{"task_key": "a", "new_cluster": {"autoscale": {"minimum": 1}}}]}
    assert refusal(JobsAPI.submit, body) == (
        400,
        "MALFORMED_REQUEST",
        "Could not parse request object: unknown field tasks[0].new_cluster.autoscale.minimum",
    )


@pytest.mark.parametrize("body", [{"node_type_id": "a"}, {**POOL, "instance_pool_name": ""}])
def test_a_missing_required_field_is_named(body: dict[str, Any]) -> None:
    assert refusal(InstancePoolsAPI.create, body) == (
        400,
        "INVALID_PARAMETER_VALUE",
        "Missing required field: instance_pool_name",
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"min_idle_instances": "1"}, "min_idle_instances: expected an integer, got '1'"),
        ({"min_idle_instances": True}, "min_idle_instances: expected an integer, got True"),
        ({"custom_tags": []}, "custom_tags: expected an object, got []"),
        ({"custom_tags": {"a": 1}}, "custom_tags.a: expected a string, got 1"),
        ({"preloaded_spark_versions": "15"}, "preloaded_spark_versions: expected a list, got '15'"),
        ({"azure_attributes": 1}, "azure_attributes: expected an object, got 1"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(changes: dict[str, Any], message: str) -> None:
    assert refusal(InstancePoolsAPI.create, {**POOL, **changes}) == (
        400,
        "INVALID_PARAMETER_VALUE",
        message,
    )


def test_an_unknown_choice_is_answered_with_the_known_ones() -> None:
    assert refusal(WorkspaceAPI.import_, {"path": "/a", "language": "COBOL"}) == (
        400,
        "INVALID_PARAMETER_VALUE",
        "language: 'COBOL' is not one of PYTHON, R, SCALA, SQL",
    )
