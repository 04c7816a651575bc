"""State of the servers: JSON documents in SQLite, written atomically.

A document has a kind (``arm.resource``), a key and a value. Knows nothing of what they mean.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

JsonObject = dict[str, Any]

_SCHEMA = """
create table if not exists document (
  kind text not null, key text not null, value text not null, primary key (kind, key)
) without rowid
"""


class Store:
    """Documents by kind and key. Safe to use from several threads of one process."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.execute("pragma journal_mode = wal")
        self._connection.execute("pragma synchronous = normal")
        self._connection.execute(_SCHEMA)
        path.chmod(0o600)

    def close(self) -> None:
        """Close the file. The store can't be used afterwards."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen, or none. Other threads wait. Can be nested.

        Many things are done inside, so who needs another lock too takes it after this one.
        """
        with self._lock:
            if self._depth == 0:
                self._connection.execute("begin immediate")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._connection.execute("rollback")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._connection.execute("commit")

    def get(self, kind: str, key: str) -> JsonObject | None:
        """The document, or None."""
        with self._lock:
            row = self._connection.execute(
                "select value from document where kind = ? and key = ?", (kind, key)
            ).fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, kind: str, key: str, value: JsonObject) -> None:
        """Create or replace a document."""
        with self._lock:
            self._connection.execute(
                "insert or replace into document values (?, ?, ?)", (kind, key, json.dumps(value))
            )

    def delete(self, kind: str, key: str) -> bool:
        """Delete a document; False if there was none."""
        with self._lock:
            cursor = self._connection.execute(
                "delete from document where kind = ? and key = ?", (kind, key)
            )
        return cursor.rowcount > 0

    def list(self, kind: str, prefix: str = "") -> list[tuple[str, JsonObject]]:
        """Documents of a kind whose key begins with a prefix, as (key, value), by key."""
        with self._lock:
            rows = self._connection.execute(
                "select key, value from document where kind = ? and substr(key, 1, ?) = ?"
                " order by key",
                (kind, len(prefix), prefix),
            ).fetchall()
        return [(key, json.loads(value)) for key, value in rows]
