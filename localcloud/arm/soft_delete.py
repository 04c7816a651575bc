"""Deleted resources that keep their names: what is left of them, and until when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from localcloud.store import JsonObject, Store

KIND = "arm.deleted"


@dataclass(frozen=True, kw_only=True)
class SoftDelete:
    """How a resource type leaves something behind.

    Attributes:
        retention_days: how long, for a resource.
        for_good: query parameter of a DELETE that leaves nothing behind; empty if there is none.
    """

    retention_days: Callable[[JsonObject], int]
    for_good: str = ""


@dataclass(frozen=True, kw_only=True)
class Deleted:
    """What is left of a resource.

    Attributes:
        resource: as it was.
        secrets: what no GET of it showed.
        deleted_at: when it was deleted, UTC.
        purged_at: when nothing of it will be left, UTC.
    """

    resource: JsonObject
    secrets: JsonObject
    deleted_at: datetime
    purged_at: datetime


class DeletedResources:
    """What is left of deleted resources, by id; what is past its time is gone."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, rule: SoftDelete, resource: JsonObject, secrets: JsonObject) -> None:
        """Remember a resource that is being deleted."""
        now = datetime.now(UTC).replace(microsecond=0)
        until = now + timedelta(days=rule.retention_days(resource))
        self._store.put(
            KIND,
            resource["id"].lower(),
            {
                "resource": resource,
                "secrets": secrets,
                "deletedAt": now.isoformat(),
                "purgedAt": until.isoformat(),
            },
        )

    def list(self, type_name: str, prefix: str = "") -> list[Deleted]:
        """What is left of one type's resources below a path."""
        found = [self._read(value) for _, value in self._store.list(KIND, prefix.lower())]
        now = datetime.now(UTC)
        return [
            each
            for each in found
            if each.resource["type"].lower() == type_name.lower() and each.purged_at > now
        ]

    def find(self, type_name: str, resource_id: str) -> Deleted | None:
        """What is left of the resource with this id."""
        wanted = resource_id.lower()
        same = (each for each in self.list(type_name) if each.resource["id"].lower() == wanted)
        return next(same, None)

    def named(self, type_name: str, name: str) -> Deleted | None:
        """What is left of a resource with this name, in any group."""
        wanted = name.lower()
        same = (each for each in self.list(type_name) if each.resource["name"].lower() == wanted)
        return next(same, None)

    def purge(self, resource_id: str) -> None:
        """Forget what is left of a resource."""
        self._store.delete(KIND, resource_id.lower())

    @staticmethod
    def _read(value: JsonObject) -> Deleted:
        return Deleted(
            resource=value["resource"],
            secrets=value["secrets"],
            deleted_at=datetime.fromisoformat(value["deletedAt"]),
            purged_at=datetime.fromisoformat(value["purgedAt"]),
        )
