"""Resources in the store: by id, without regard to case. Secrets are kept apart from them."""

from __future__ import annotations

from localcloud.arm.refusals import reference_not_found
from localcloud.store import JsonObject, Store

KIND = "arm.resource"
SECRET_KIND = "arm.secret"  # noqa: S105 - the name of a kind of document


class Resources:
    """Reads and writes resources; knows nothing of what a type means."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.transaction = store.transaction

    def get(self, resource_id: str) -> JsonObject | None:
        """The resource, or None."""
        return self._store.get(KIND, _key(resource_id))

    def put(self, resource: JsonObject) -> None:
        """Create or replace a resource."""
        self._store.put(KIND, _key(resource["id"]), resource)

    def delete(self, resource_id: str) -> None:
        """Forget a resource and its secrets."""
        with self._store.transaction():
            self._store.delete(KIND, _key(resource_id))
            self._store.delete(SECRET_KIND, _key(resource_id))

    def list(self, prefix: str, type_name: str = "") -> list[JsonObject]:
        """Resources below a path, of one type or of all."""
        return [
            resource
            for _, resource in self._store.list(KIND, _key(prefix) + "/")
            if not type_name or resource["type"].lower() == type_name.lower()
        ]

    def secrets(self, resource_id: str) -> JsonObject:
        """What no GET of the resource shows."""
        return self._store.get(SECRET_KIND, _key(resource_id)) or {}

    def put_secrets(self, resource_id: str, secrets: JsonObject) -> None:
        """Replace what no GET of the resource shows."""
        self._store.put(SECRET_KIND, _key(resource_id), secrets)

    def referred(self, resource_id: str, type_name: str, referred_by: str) -> JsonObject:
        """A resource that a property of another one names.

        Raises:
            CloudError: 400, it does not exist or is of another type.
        """
        resource = self.get(resource_id)
        if resource is None or resource["type"].lower() != type_name.lower():
            raise reference_not_found(resource_id, referred_by)
        return resource


def _key(resource_id: str) -> str:
    return resource_id.rstrip("/").lower()
