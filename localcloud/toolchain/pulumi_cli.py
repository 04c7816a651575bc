"""The Pulumi CLI, of the version of the installed ``pulumi`` package, with its language host.

The CLI is the one on PATH, or comes from the official installer, or is built from its Go
module. A built one lacks the host that runs Python programs for a plain ``pulumi up``, so
that is built too: from the last release that published it, with the launcher script of the
CLI's own release. The engine itself is not configured here.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from localcloud.toolchain.cache import cache_folder, staging_folder
from localcloud.toolchain.go import TOOLS, find_go, remove_caches
from localcloud.toolchain.steps import CommandError, Step, ToolchainError, Work, probe

CLI = "pulumi"
HOST_FILES = ("pulumi-language-python", "pulumi-language-python-exec")

INSTALLER_TIMEOUT_SECONDS = 120.0

_SDK = "github.com/pulumi/pulumi/sdk/v3"
_CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_HOST_PACKAGE = f"{_SDK}/python/cmd/pulumi-language-python"
_HOST_MODULE = TOOLS / "language_host"

_INSTALL = """
import sys
from pulumi.automation import PulumiCommand
PulumiCommand.install(root=sys.argv[1])
"""


def pulumi_version() -> str:
    """The version that the Python package has, and therefore the CLI must have."""
    return version("pulumi")


def pulumi_bin() -> Path:
    """Folder with the CLI and the Python language host, to be put first on PATH.

    Raises:
        ToolchainError: there is none of the right version.
    """
    if not all(_is_there(name) for name in (CLI, *HOST_FILES)):
        raise ToolchainError(f"pulumi {pulumi_version()} is not set up", "make setup")
    return _folder()


def _cached() -> Path:
    return cache_folder() / "pulumi" / pulumi_version() / "bin"


@lru_cache
def _on_path() -> Path | None:
    """The CLI on PATH if its version is the right one."""
    cli = shutil.which(CLI)
    return Path(cli) if cli and _version_of(Path(cli)) == pulumi_version() else None


def _folder() -> Path:
    """Where the CLI is used from: the user's own folder if complete, else the cache."""
    own = None if (_cached() / CLI).is_file() else _on_path()
    complete = own and all((own.parent / name).is_file() for name in HOST_FILES)
    return own.parent if own and complete else _cached()


def _is_there(name: str) -> bool:
    return (_folder() / name).is_file()


def _find_cli() -> str | None:
    return f"{pulumi_version()} ({_folder()})" if _is_there(CLI) else None


def _find_host() -> str | None:
    return "for plain `pulumi` commands" if all(map(_is_there, HOST_FILES)) else None


def _version_of(cli: Path) -> str:
    return (probe(cli, "version", env=_environment()) or "").strip().removeprefix("v")


def _environment() -> dict[str, str]:
    """Keeps the CLI from writing to the user's ~/.pulumi and from asking for newer versions."""
    return {"PULUMI_HOME": str(cache_folder() / "pulumi-home"), "PULUMI_SKIP_UPDATE_CHECK": "1"}


def _make_cli(work: Work) -> None:
    own = _on_path()
    with staging_folder() as folder:
        if own:  # right, but without its language host: the cache gets a copy to complete
            shutil.copy2(own, folder / CLI)
            files: Iterable[Path] = [folder / CLI]
        else:
            files = _installed(work, folder) or [_built(work, folder / CLI)]
        _keep(files)


def _installed(work: Work, folder: Path) -> list[Path]:
    """What the official installer brings, the CLI last; nothing where it can't be reached."""
    work.say(f"asking the official installer for {pulumi_version()}")
    try:
        work.run(
            [sys.executable, "-c", _INSTALL, folder],
            env=_environment(),
            timeout_seconds=INSTALLER_TIMEOUT_SECONDS,
        )
    except CommandError as failed:
        work.note(f"the official installer can't be used here: {failed.problem}")
        return []
    return sorted((folder / "bin").iterdir(), key=lambda file: file.name == CLI)


def _built(work: Work, output: Path) -> Path:
    go = find_go()
    work.say(
        f"building {pulumi_version()} from source with Go {go.version}, "
        "about five minutes the first time"
    )
    stamp = f"-X {_SDK}/go/common/version.Version=v{pulumi_version()}"
    go.build(work, module=TOOLS, package=_CLI_PACKAGE, ldflags=stamp, output=output)
    if _version_of(output) != pulumi_version():
        raise ToolchainError(f"the pulumi built from {TOOLS} does not run")
    return output


def _make_host(work: Work) -> None:
    go = find_go()
    binary, launcher = HOST_FILES
    with staging_folder() as folder:
        go.build(
            work, module=_HOST_MODULE, package=_HOST_PACKAGE, ldflags="", output=folder / binary
        )
        sources = go.module_folder(work, module=TOOLS, required=_SDK)
        shutil.copyfile(sources / "python" / "cmd" / launcher, folder / launcher)
        (folder / launcher).chmod(0o755)
        _keep([folder / binary, folder / launcher])
    remove_caches()


def _keep(files: Iterable[Path]) -> None:
    """Move finished files into the cache, each atomically, in the order given."""
    _cached().mkdir(parents=True, exist_ok=True)
    for file in files:
        file.replace(_cached() / file.name)


_REMEDY = (
    "check that the Go module proxy can be reached, or put that version of "
    "pulumi on PATH yourself, then: make setup"
)

CLI_STEP = Step(
    name="pulumi", find=_find_cli, make=_make_cli, doing="looking for the CLI", remedy=_REMEDY
)
HOST_STEP = Step(
    name="pulumi-py",
    find=_find_host,
    make=_make_host,
    doing="building the Python language host, about a minute",
    remedy=_REMEDY,
)
