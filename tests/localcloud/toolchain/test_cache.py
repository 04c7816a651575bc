from __future__ import annotations

import importlib.util
import threading
from pathlib import Path
from types import ModuleType

import pytest

from localcloud.home import PROJECT_DIR
from localcloud.toolchain.cache import cache_folder, exclusive, staging_folder, write_atomically


def make_venv() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_venv", PROJECT_DIR / "tools/make_venv.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"XDG_CACHE_HOME": "/somewhere/caches"},
        {"DATAOPSML_CACHE": "~/mine", "XDG_CACHE_HOME": "/somewhere/caches"},
    ],
)
def test_both_parts_of_the_set_up_use_one_cache_folder(
    variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATAOPSML_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert make_venv()._cache() == cache_folder()


def test_a_write_replaces_the_whole_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "new-folder" / "file"
    write_atomically(target, b"a longer first content")
    write_atomically(target, b"second")
    assert [(path.name, path.read_bytes()) for path in target.parent.iterdir()] == [
        ("file", b"second")
    ]


def test_a_staging_folder_is_in_the_cache_and_goes_away(cache: Path) -> None:
    with staging_folder() as folder:
        (folder / "half-made").touch()
        assert folder.is_relative_to(cache)
    assert not folder.exists()


def test_one_at_a_time_is_inside_a_lock(cache: Path) -> None:
    waited = threading.Event()
    entered = threading.Event()

    def enter() -> None:
        with exclusive("thing", waited.set):
            entered.set()

    with exclusive("thing", lambda: None):
        second = threading.Thread(target=enter)
        second.start()
        assert waited.wait(10)
        assert not entered.is_set()
    second.join(10)
    assert entered.is_set()


def test_a_wait_for_a_lock_can_be_given_up(cache: Path) -> None:
    def give_up() -> None:
        raise InterruptedError

    with exclusive("thing", give_up), pytest.raises(InterruptedError), exclusive("thing", give_up):
        pytest.fail("two were inside")
