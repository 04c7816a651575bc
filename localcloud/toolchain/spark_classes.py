"""Spark's classes as an archive that Java maps into memory, so that Spark starts in half the time.

A start of Spark spends most of its time on loading and checking 16,000 classes one by one.
Java's class data sharing does that once. The archive only ever makes a start faster: Java checks
that it fits its own version and every jar, and does without it if it doesn't.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from pathlib import Path

from localcloud.home import PROJECT_DIR
from localcloud.toolchain.cache import staging_folder
from localcloud.toolchain.java import find_java, java_command
from localcloud.toolchain.steps import Step, ToolchainError, Work

_EXERCISE = Path(__file__).with_name("exercise_spark.py")


def class_archive_options() -> list[str]:
    """Options that make a Java process for Spark use the archive; none if it was not made."""
    archive = _archive()
    return [f"-XX:SharedArchiveFile={archive}"] if archive.is_file() else []


def _archive() -> Path:
    """Beside the packages that it belongs to: it goes when they go."""
    spark = importlib.metadata.version("pyspark")
    return PROJECT_DIR / ".venv" / f"spark-{spark}-java-{find_java().version}.jsa"


def _find() -> str | None:
    archive = _archive()
    return f"{archive.stat().st_size // 2**20} MB" if archive.is_file() else None


def _make(work: Work) -> None:
    with staging_folder() as folder:
        names, part = folder / "classes", _archive().with_suffix(".part")
        record = f"-XX:DumpLoadedClassList={names} -Djava.io.tmpdir={folder}"
        work.run(
            [sys.executable, _EXERCISE, record, folder],
            env={"JAVA_HOME": str(find_java().home), "SPARK_LOCAL_HOSTNAME": "localhost"},
            cwd=folder,
        )
        work.run(
            [
                java_command(),
                *("-Xshare:dump", f"-XX:SharedClassListFile={names}"),
                f"-XX:SharedArchiveFile={part}",
                *("-cp", _class_path()),
            ],
            cwd=folder,
        )
    part.replace(_archive())


def _class_path() -> str:
    """The class path that pyspark starts Java with; the archive fits no other."""
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise ToolchainError("package pyspark is not installed", "rm -rf .venv && make setup")
    home = Path(spec.origin).parent
    return f"{home}/conf:{home}/jars/*"


STEP = Step(
    name="classes",
    find=_find,
    make=_make,
    doing="archiving Spark's classes for quick starts, about a minute",
    remedy="make setup",
)
