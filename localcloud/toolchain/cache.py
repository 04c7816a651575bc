"""Where the toolchain keeps things, and how a file gets there whole or not at all.

Everything that is too big or too slow to make twice lives in one cache folder that all
checkouts share. This module knows the folder, the locks and the atomic writes; it does not
know what is kept there.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from platformdirs import user_cache_path

CACHE_VARIABLE = "DATAOPSML_CACHE"


def cache_folder() -> Path:
    """The cache folder: ``DATAOPSML_CACHE``, or ``dataopsml`` in the user's cache folder."""
    chosen = os.environ.get(CACHE_VARIABLE)
    return Path(chosen).expanduser().resolve() if chosen else user_cache_path("dataopsml", False)


@contextmanager
def exclusive(name: str, on_wait: Callable[[], None]) -> Iterator[None]:
    """Let one process at a time into ``name``; the system frees the lock of a dead one.

    Args:
        name: what is locked; one file in the cache folder stands for it.
        on_wait: called again and again while another process is inside; it should sleep, and
            may raise to give up.
    """
    path = cache_folder() / "locks" / f"{name}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        while not _locked(file):
            on_wait()
        yield


def _locked(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def staging_folder() -> Iterator[Path]:
    """A folder on the cache's own file system, so that a move out of it is atomic."""
    parent = cache_folder() / "staging"
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def write_atomically(target: Path, content: bytes) -> None:
    """Write ``target`` so that a reader sees the old file, the new one, or none."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    part.write_bytes(content)
    part.replace(target)
