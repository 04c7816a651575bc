"""Instance pools: their definitions. The Spark processes that wait in them are elsewhere.

A machine of a pool is a Spark process here (:mod:`.machines`).
"""

from __future__ import annotations

import secrets
import time

from databricks.sdk.service.compute import (
    GetInstancePool,
    InstancePoolsAPI,
    InstancePoolState,
)

from localcloud.databricks.documents import Documents
from localcloud.databricks.errors import already_exists, does_not_exist, invalid
from localcloud.databricks.runtimes import check_node_type, find_runtime
from localcloud.databricks.wire import check_body
from localcloud.store import JsonObject

MAX_IDLE_MINUTES = 10000
"""Source: databricks-sdk, ``GetInstancePool.idle_instance_autotermination_minutes``."""
DEFAULT_IDLE_MINUTES = 60
"""assumed: the API says only that there is a default."""
_FIXED = ("node_type_id",)
"""What an edit must repeat and can't change."""


class InstancePools:
    """The pools of one workspace."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def create(self, body: JsonObject) -> str:
        """Make a pool; returns its id."""
        body = check_body(InstancePoolsAPI.create, body)
        _check(body)
        with self._documents.transaction():
            self._check_name_is_free(body["instance_pool_name"], except_id=None)
            pool_id = f"{time.strftime('%m%d-%H%M%S')}-pool-{secrets.token_hex(4)}"
            defaults = {
                "enable_elastic_disk": False,
                "idle_instance_autotermination_minutes": DEFAULT_IDLE_MINUTES,
                "min_idle_instances": 0,
            }
            self._documents.put(pool_id, {**defaults, **body, "instance_pool_id": pool_id})
        return pool_id

    def edit(self, body: JsonObject) -> str:
        """Replace what can be changed of a pool; returns its id."""
        body = check_body(InstancePoolsAPI.edit, body)
        _check(body)
        pool_id = str(body["instance_pool_id"])
        with self._documents.transaction():
            before = self._find(pool_id)
            for name in _FIXED:
                if body[name] != before[name]:
                    raise invalid(f"{name} of an instance pool can't be changed")
            self._check_name_is_free(body["instance_pool_name"], except_id=pool_id)
            self._documents.put(pool_id, {**before, **body})
        return pool_id

    def get(self, pool_id: str) -> GetInstancePool:
        """A pool."""
        return _describe(self._find(pool_id))

    def list(self) -> list[GetInstancePool]:
        """Every pool."""
        return [_describe(document) for _, document in self._documents.items()]

    def delete(self, pool_id: str) -> None:
        """Delete a pool."""
        if not self._documents.delete(pool_id):
            raise _no_pool(pool_id)

    def _find(self, pool_id: str) -> JsonObject:
        found = self._documents.get(pool_id)
        if found is None:
            raise _no_pool(pool_id)
        return found

    def _check_name_is_free(self, name: str, *, except_id: str | None) -> None:
        for pool_id, document in self._documents.items():
            if document["instance_pool_name"] == name and pool_id != except_id:
                raise already_exists(f"Instance pool with name {name!r} already exists: {pool_id}")


def _describe(document: JsonObject) -> GetInstancePool:
    pool = GetInstancePool.from_dict(document)
    pool.state = InstancePoolState.ACTIVE
    pool.default_tags = {"Vendor": "Databricks", "DatabricksInstancePoolId": pool.instance_pool_id}
    return pool


def _no_pool(pool_id: str) -> Exception:
    return does_not_exist(f"Can't find an instance pool with id: {pool_id}")


def _check(body: JsonObject) -> None:
    check_node_type(body["node_type_id"])
    if len(body["instance_pool_name"]) > 100:
        raise invalid("instance_pool_name must have 1 to 100 characters")
    versions = body.get("preloaded_spark_versions") or []
    if len(versions) > 1:
        raise invalid("preloaded_spark_versions holds at most one version")
    for version in versions:
        find_runtime(version)
    minutes = body.get("idle_instance_autotermination_minutes")
    if minutes is not None and not 0 <= minutes <= MAX_IDLE_MINUTES:
        raise invalid(
            f"idle_instance_autotermination_minutes must be 0 to {MAX_IDLE_MINUTES}, got {minutes}"
        )
    least, most = body.get("min_idle_instances") or 0, body.get("max_capacity")
    if least < 0 or (most is not None and most < max(least, 1)):
        raise invalid(
            f"min_idle_instances ({least}) must be 0 to max_capacity ({most}), which is at least 1"
        )
