from __future__ import annotations

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = PROJECT / "tools" / "make_venv.py"

EMPTY_LOCK = "# a lock without packages\n"

Capture = pytest.CaptureFixture[str]
MakeVenv = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose lock holds no package, so that nothing is downloaded."""
    folder = tmp_path / "project"
    (folder / "tools").mkdir(parents=True)
    shutil.copy(SCRIPT, folder / "tools")
    (folder / "requirements.lock").write_text(EMPTY_LOCK)
    return folder


@pytest.fixture
def make_venv(project: Path, tmp_path: Path) -> MakeVenv:
    """Runs the project's script with the environment's own uv and an empty cache folder."""
    uv_folder = Path(sys.executable).parent

    def run(path: str = f"{uv_folder}:{os.environ['PATH']}") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, project / "tools" / "make_venv.py"],
            env={**os.environ, "PATH": path, "DATAOPSML_CACHE": str(tmp_path / "cache")},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def module(project: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_venv", project / "tools" / "make_venv.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def test_an_environment_is_made_once(project: Path, make_venv: MakeVenv) -> None:
    first, second = make_venv(), make_venv()
    assert first.stdout.splitlines() == [
        "...  packages   making .venv",
        "...  packages   installing 0 packages, under a minute",
        "ok   packages   0 packages of requirements.lock, Python 3.11",
    ]
    assert (first.returncode, second.returncode) == (0, 0)
    assert second.stdout == "ok   packages   0 packages of requirements.lock, Python 3.11\n"
    version = subprocess.run(
        [project / ".venv" / "bin" / "python", "--version"], capture_output=True, check=True
    ).stdout
    assert version.startswith(b"Python 3.11.")


def test_another_lock_is_installed_into_the_environment_there_is(
    project: Path, make_venv: MakeVenv
) -> None:
    make_venv()
    kept = project / ".venv" / "kept"
    kept.touch()
    (project / "requirements.lock").write_text(EMPTY_LOCK * 2)
    assert "...  packages   installing" in make_venv().stdout
    assert kept.exists()


@pytest.mark.parametrize("broken", ["requirements.sha256", "bin/python"])
def test_an_environment_that_is_not_whole_is_made_anew(
    broken: str, project: Path, make_venv: MakeVenv
) -> None:
    make_venv()
    leftover = project / ".venv" / "half-installed"
    leftover.touch()
    (project / ".venv" / broken).unlink()
    assert make_venv().returncode == 0
    assert not leftover.exists()
    assert (project / ".venv" / "bin" / "python").exists()


def test_no_python_3_11_is_refused_with_the_reason(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    uv = tmp_path / "bin" / "uv"
    uv.parent.mkdir()
    uv.write_text("#!/bin/sh\n[ $1 = --version ] && echo uv 0.13.9\n")  # and fails otherwise
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", str(uv.parent))
    monkeypatch.setenv("DATAOPSML_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(module.platform, "python_version", lambda: "3.12.1")
    assert module.main() == 1
    refusal = capsys.readouterr().out.splitlines()[-2:]
    assert refusal[0].startswith("fail packages   Python 3.11 is needed (Databricks Runtime 15.4")
    assert "sudo apt install python3.11" in refusal[1]


def test_a_machine_without_uv_and_pip_is_told_what_to_install(
    module: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    (module.LOCK).write_text("uv==0.13.9 \\\n    --hash=sha256:00\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DATAOPSML_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(module.sys, "executable", "/no/such/python")
    assert module.main() == 1
    assert capsys.readouterr().out.splitlines() == [
        "...  packages   fetching uv 0.13.9",
        "fail packages   /no/such/python has neither pip nor ensurepip, and no uv is on PATH.",
        f"{'':16}Install one (Debian: sudo apt install python3-pip), then: make setup",
    ]


def test_the_script_is_written_in_the_python_of_old_machines() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 8))
