"""Definitions of instance pools."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.databricks.services import Services
from localcloud.errors import CloudError

POOL = {"instance_pool_name": "pool", "node_type_id": "Standard_D4ds_v5"}


def test_a_pool_shows_what_it_was_given_and_the_defaults(services: Services) -> None:
    pool_id = services.create_pool({**POOL, "custom_tags": {"a": "b"}, "max_capacity": 4})
    shown = services.get_pool(pool_id).as_dict()
    assert shown == {
        **POOL,
        "instance_pool_id": pool_id,
        "custom_tags": {"a": "b"},
        "default_tags": {"Vendor": "Databricks", "DatabricksInstancePoolId": pool_id},
        "enable_elastic_disk": False,
        "idle_instance_autotermination_minutes": 60,
        "max_capacity": 4,
        "min_idle_instances": 0,
        "state": "ACTIVE",
        "stats": {
            "idle_count": 0,
            "pending_idle_count": 0,
            "pending_used_count": 0,
            "used_count": 0,
        },
        "status": {},
    }
    assert [pool.instance_pool_id for pool in services.list_pools()] == [pool_id]


def test_an_edit_changes_what_it_names(services: Services) -> None:
    pool_id = services.create_pool({**POOL, "max_capacity": 4})
    services.edit_pool(
        {**POOL, "instance_pool_id": pool_id, "idle_instance_autotermination_minutes": 5}
    )
    pool = services.get_pool(pool_id)
    assert (pool.idle_instance_autotermination_minutes, pool.max_capacity) == (5, 4)


def test_the_machines_of_a_pool_cannot_be_changed(services: Services) -> None:
    pool_id = services.create_pool(POOL)
    with pytest.raises(CloudError, match="node_type_id of an instance pool can't be changed"):
        services.edit_pool(
            {**POOL, "instance_pool_id": pool_id, "node_type_id": "Standard_D8ds_v5"}
        )


def test_a_name_is_given_once(services: Services) -> None:
    services.create_pool(POOL)
    with pytest.raises(CloudError, match="Instance pool with name 'pool' already exists"):
        services.create_pool(POOL)


def test_a_deleted_pool_is_gone(services: Services) -> None:
    pool_id = services.create_pool(POOL)
    services.delete_pool(pool_id)
    assert services.list_pools() == []
    for act in (services.get_pool, services.delete_pool):
        with pytest.raises(CloudError) as refused:
            act(pool_id)
        assert (refused.value.status, refused.value.code) == (404, "RESOURCE_DOES_NOT_EXIST")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"node_type_id": "Large"}, "Node type Large is not supported"),
        ({"instance_pool_name": "a" * 101}, "1 to 100 characters"),
        ({"preloaded_spark_versions": ["15.4.x-scala2.12"] * 2}, "at most one version"),
        ({"preloaded_spark_versions": ["1.0"]}, "Invalid spark version 1.0"),
        ({"idle_instance_autotermination_minutes": -1}, "must be 0 to 10000, got -1"),
        ({"min_idle_instances": 3, "max_capacity": 2}, r"min_idle_instances \(3\)"),
        ({"max_capacity": 0}, r"max_capacity \(0\)"),
    ],
)
def test_what_is_no_pool_is_refused(
    services: Services, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(CloudError, match=message) as refused:
        services.create_pool({**POOL, **changes})
    assert (refused.value.status, refused.value.code) == (400, "INVALID_PARAMETER_VALUE")
