"""Builds a tool that is published as a Go module, once, into the cache folder.

The module in ``tools/NAME`` pins it. Where no Go can be had there is no tool, which is said.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from pathlib import Path

from localcloud.toolchain.cache import cache_folder, exclusive, staging_folder
from localcloud.toolchain.go import find_go
from localcloud.toolchain.steps import ToolchainError, Work

TOOLS = Path(__file__).resolve().parent


def built(name: str, package: str) -> Path | None:
    """The tool; None where it can't be built.

    Args:
        name: of the tool and of its module's folder here.
        package: what to compile.
    """
    digest = hashlib.sha256((TOOLS / name / "go.sum").read_bytes()).hexdigest()[:16]
    target = cache_folder() / "go-tools" / digest / name
    if target.is_file():
        return target
    work = Work(
        name, lambda text: _say(name, text), lambda text: _say(name, text), threading.Event()
    )
    try:
        with exclusive(name, lambda: work.pause(0.2)), staging_folder() as folder:
            if not target.is_file():
                _say(name, "building it, once")
                binary = folder / name
                module = TOOLS / name
                find_go().build(work, module=module, package=package, ldflags="", output=binary)
                target.parent.mkdir(parents=True, exist_ok=True)
                binary.replace(target)
    except ToolchainError as error:
        _say(name, f"left out: {error.problem}")
        return None
    return target


def _say(name: str, text: str) -> None:
    sys.stdout.write(f"{name}: {text}\n")
    sys.stdout.flush()
