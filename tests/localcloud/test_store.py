"""State in SQLite."""

import threading
from pathlib import Path

import pytest

from localcloud.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "state.db")


def test_a_document_survives_a_restart(tmp_path: Path) -> None:
    store = Store(tmp_path / "state.db")
    store.put("pool", "a", {"name": "ä", "size": 3})
    store.close()
    assert Store(tmp_path / "state.db").get("pool", "a") == {"name": "ä", "size": 3}


def test_documents_are_listed_by_key_within_their_kind_and_prefix(store: Store) -> None:
    for kind, key in [("pool", "ws2/a"), ("pool", "ws1/b"), ("pool", "ws1/a"), ("run", "ws1/a")]:
        store.put(kind, key, {"key": key})
    assert store.list("pool", "ws1/") == [
        ("ws1/a", {"key": "ws1/a"}),
        ("ws1/b", {"key": "ws1/b"}),
    ]


def test_a_prefix_is_taken_literally(store: Store) -> None:
    store.put("pool", "a_b", {})
    store.put("pool", "axb", {})
    assert [key for key, _ in store.list("pool", "a_")] == ["a_b"]


def test_delete_says_whether_there_was_something(store: Store) -> None:
    store.put("pool", "a", {})
    assert [store.delete("pool", "a"), store.delete("pool", "a")] == [True, False]
    assert store.get("pool", "a") is None


def test_a_failed_transaction_changes_nothing(store: Store) -> None:
    store.put("pool", "a", {"size": 1})
    with pytest.raises(RuntimeError, match="stop"), store.transaction():
        store.put("pool", "a", {"size": 2})
        with store.transaction():
            store.put("pool", "b", {})
        raise RuntimeError("stop")
    assert store.list("pool") == [("a", {"size": 1})]


def test_transactions_of_two_threads_do_not_mix(store: Store) -> None:
    store.put("counter", "n", {"value": 0})

    def count() -> None:
        for _ in range(100):
            with store.transaction():
                now = store.get("counter", "n")
                assert now is not None
                store.put("counter", "n", {"value": now["value"] + 1})

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get("counter", "n") == {"value": 400}
