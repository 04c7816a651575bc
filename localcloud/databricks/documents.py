"""One workspace's state in the store: documents in named collections.

Everything of a workspace begins with its id, so that a deleted workspace is forgotten whole.
"""

from __future__ import annotations

from contextlib import AbstractContextManager

from localcloud.store import JsonObject, Store

_KIND = "databricks"


class Documents:
    """One collection, e.g. a workspace's instance pools."""

    def __init__(self, store: Store, workspace_id: str, collection: str) -> None:
        self._store = store
        self._prefix = f"{workspace_id}/{collection}/"

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside happen, or none; other threads wait."""
        return self._store.transaction()

    def get(self, key: str) -> JsonObject | None:
        """The document, or None."""
        return self._store.get(_KIND, self._prefix + key)

    def put(self, key: str, value: JsonObject) -> None:
        """Create or replace a document."""
        self._store.put(_KIND, self._prefix + key, value)

    def delete(self, key: str) -> bool:
        """Delete a document; False if there was none."""
        return self._store.delete(_KIND, self._prefix + key)

    def items(self, begin: str = "") -> list[tuple[str, JsonObject]]:
        """Key and document of those whose key begins so, by key."""
        found = self._store.list(_KIND, self._prefix + begin)
        return [(key.removeprefix(self._prefix), value) for key, value in found]


def forget_workspace(store: Store, workspace_id: str) -> None:
    """Delete every document of a workspace."""
    with store.transaction():
        for key, _ in store.list(_KIND, f"{workspace_id}/"):
            store.delete(_KIND, key)
