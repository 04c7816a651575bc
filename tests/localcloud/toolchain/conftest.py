"""An empty cache folder and PATH for each test, and a writer of the programs found on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from localcloud.toolchain import java, node, pulumi_cli

WriteProgram = Callable[[Path, str], Path]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder that nothing is in yet."""
    monkeypatch.setenv("DATAOPSML_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def path_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH but for the shell's own."""
    folder = tmp_path / "on-path"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    return folder


@pytest.fixture
def write_program() -> WriteProgram:
    """Writes a shell script that prints what a user's program of some version prints."""

    def write(path: Path, output: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\necho '{output}'\n")
        path.chmod(0o755)
        return path

    return write


@pytest.fixture(autouse=True)
def forget_what_was_found() -> Iterator[None]:
    """Programs are looked up once in a process; each test looks anew."""
    caches = (java.find_java, node.find_node, pulumi_cli._on_path)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()
