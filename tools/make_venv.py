"""Make `.venv`: Python 3.11 with exactly the packages of requirements.lock, by uv.

Standard library only, for any Python from 3.8 on: it runs before anything is installed. It
changes the project's `.venv` and the cache folder. Java, Node, jars and the Pulumi CLI are
the business of `python -m localcloud setup`.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
VENV = PROJECT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
LOCK = PROJECT / "requirements.lock"
STAMP = VENV / "requirements.sha256"
"""Written last: digest of the lock that was installed to its end."""

OLDEST_UV = (0, 6)

WHY_3_11 = (
    "Python 3.11 is needed (Databricks Runtime 15.4 runs it, and azureml-core has no release "
    "for 3.12), and there is none on PATH"
)


class SetupError(Exception):
    """What is missing, and the command that helps."""


def main() -> int:
    """Make the environment if it isn't there; say what happens; 0 when it is ready."""
    try:
        with _exclusive(_cache() / "locks" / "venv.lock"):
            if not _is_done():
                _make()
    except (SetupError, OSError) as error:
        _say("fail", str(error).replace("\n", "\n" + " " * 16))
        return 1
    except KeyboardInterrupt:
        _say("fail", "interrupted")
        return 130
    _say("ok", f"{len(_pins())} packages of requirements.lock, Python 3.11")
    return 0


def _is_done() -> bool:
    return VENV_PYTHON.exists() and STAMP.is_file() and STAMP.read_text() == _digest()


def _make() -> None:
    uv = _uv()
    if not VENV_PYTHON.exists() or not STAMP.is_file():
        # None yet, or one whose installation was cut short: what it holds can't be trusted.
        _say("...", "making .venv")
        _create(uv)
    STAMP.unlink(missing_ok=True)
    _say("...", f"installing {len(_pins())} packages, under a minute")
    command = ["pip", "sync", "--quiet", "--require-hashes", "--python", str(VENV_PYTHON)]
    if not _run([uv, *command, str(LOCK)]):
        raise SetupError(
            "uv could not install requirements.lock, see above.\n"
            "Check that PyPI can be reached and the disk has 4 GB left, then: make setup"
        )
    part = STAMP.with_suffix(".part")
    part.write_text(_digest())
    part.replace(STAMP)


def _create(uv: str) -> None:
    python = _python_3_11()
    command = [uv, "venv", "--clear", "--python"]
    if python:
        if not _run([*command, python, "--quiet", str(VENV)]):
            raise SetupError(f"uv could not make .venv with {python}, see above")
        return
    _say("...", "no Python 3.11 on PATH, asking uv for one")
    if not _run([*command, "3.11", "-qq", str(VENV)]):
        raise SetupError(
            f"{WHY_3_11}; uv could not fetch one either.\n"
            "Install it (sudo apt install python3.11, or pyenv install 3.11), then: make setup"
        )


def _python_3_11() -> str | None:
    """The Python that runs this if it is a 3.11, else the `python3.11` on PATH if it works."""
    if platform.python_version().startswith("3.11."):
        return str(getattr(sys, "_base_executable", sys.executable))  # never `.venv`'s own
    found = shutil.which("python3.11")
    works = found and _output([found, "-c", "import sys; print(sys.version_info[:2])"])
    return found if works == "(3, 11)" else None


def _uv() -> str:
    """A uv: PATH's if new enough, else the one that requirements.lock pins, in the cache."""
    on_path = shutil.which("uv")
    found = re.match(r"uv (\d+)\.(\d+)", _output([on_path, "--version"]) if on_path else "")
    if on_path and found and (int(found[1]), int(found[2])) >= OLDEST_UV:
        return on_path
    pinned = _pins().get("uv")
    if pinned is None:
        raise SetupError(f"{LOCK.name} pins no uv; mend it: git checkout {LOCK.name}")
    folder = _cache() / "uv" / pinned
    if not (folder / "bin" / "uv").is_file():
        _say("...", f"fetching uv {pinned}")
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as staging:
            _install_uv(Path(staging))
            shutil.rmtree(folder, ignore_errors=True)
            (Path(staging) / "uv").replace(folder)
    return str(folder / "bin" / "uv")


def _install_uv(staging: Path) -> None:
    pin = re.search(r"^uv==.*?(?=^\S|\Z)", LOCK.read_text(), re.M | re.S)
    requirements = staging / "uv.txt"
    requirements.write_text(pin[0] if pin else "")
    install = ["install", "--quiet", "--no-cache-dir", "--no-deps", "--require-hashes"]
    target = ["--target", str(staging / "uv"), "-r", str(requirements)]
    if not _run([*_pip(staging), *install, *target]):
        raise SetupError(
            "uv could not be fetched with pip, see above.\n"
            "Check that PyPI can be reached (or put a uv on PATH), then: make setup"
        )


def _pip(staging: Path) -> list[str]:
    """A pip: this Python's, or one made with venv where the system ships none."""
    if _output([sys.executable, "-m", "pip", "--version"]):
        return [sys.executable, "-m", "pip"]
    helper = staging / "pip"
    if not _output([sys.executable, "-m", "venv", str(helper), "--clear"], empty="made"):
        raise SetupError(
            f"{sys.executable} has neither pip nor ensurepip, and no uv is on PATH.\n"
            "Install one (Debian: sudo apt install python3-pip), then: make setup"
        )
    return [str(helper / "bin" / "python"), "-m", "pip"]


def _run(command: list[str]) -> bool:
    """Run uv or pip, which retry downloads by themselves; whether it went well."""
    env = {
        "PIP_ROOT_USER_ACTION": "ignore",
        "UV_CACHE_DIR": str(_cache() / "uv-cache"),
        "UV_HTTP_RETRIES": "5",
        "UV_PYTHON_INSTALL_DIR": str(_cache() / "python"),
        "UV_PYTHON_INSTALL_BIN": "0",
    }
    return subprocess.run(command, env={**os.environ, **env}, check=False).returncode == 0


def _output(command: list[str], empty: str = "") -> str:
    """What a command prints, ``empty`` if nothing; an empty string when it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() or empty


def _pins() -> dict[str, str]:
    """Package name to version, as requirements.lock has them."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", LOCK.read_text(), re.M))


def _digest() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def _cache() -> Path:
    """The same folder that localcloud.toolchain.cache finds with platformdirs."""
    chosen = os.environ.get("DATAOPSML_CACHE")
    if chosen:
        return Path(chosen).expanduser().resolve()
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "dataopsml"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dataopsml"


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _say("...", "waiting for another set-up")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _say(mark: str, text: str) -> None:
    sys.stdout.write(f"{mark:<5}{'packages':<11}{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
