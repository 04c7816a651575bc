"""Whether the Spark of the Databricks runtime is the one that the tests run notebooks on."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from pathlib import Path

import yaml

from pipelines.contract.problems import PROJECT_DIRECTORY, Problem, shown

SPARK_OF_RUNTIME = {"14.3": "3.5", "15.4": "3.5", "16.4": "3.5", "17.3": "4.0"}
"""Long-term-support runtimes to their Spark (docs.databricks.com/release-notes/runtime)."""
CONFIG_KEY = "dataopsml:sparkVersion"


def local_spark() -> str:
    """Major and minor version of the Spark in this environment, e.g. ``3.5``."""
    return ".".join(importlib.metadata.version("pyspark").split(".")[:2])


def config_problems(directory: Path = PROJECT_DIRECTORY) -> Iterator[Problem]:
    """Runtimes in the stacks' configuration that have another Spark."""
    for file in sorted(directory.glob("Pulumi*.yaml")):
        for line, runtime in _configured(file):
            if message := runtime_problem(runtime):
                yield Problem(file=shown(file), line=line, message=f"{CONFIG_KEY}: {message}")


def runtime_problem(runtime: str) -> str:
    """Why ``runtime`` (e.g. ``15.4.x-scala2.12``) does not fit; empty if it does."""
    number = runtime.partition(".x-")[0]
    spark = SPARK_OF_RUNTIME.get(number)
    if spark is None:
        known = ", ".join(SPARK_OF_RUNTIME)
        return f"{runtime!r} is no long-term-support runtime (there is: {known})"
    if spark != local_spark():
        return (
            f"{runtime!r} has Spark {spark}, here notebooks are tested with {local_spark()}: take "
            f"another runtime, or another pyspark in requirements.txt"
        )
    return ""


def _configured(file: Path) -> Iterator[tuple[int, str]]:
    """Line and value of the key, in a project's file (its default) or a stack's."""
    for key, value in _children(_child(yaml.compose(file.read_text("utf-8")), "config")):
        if key == CONFIG_KEY:
            found = _child(value, "default") if isinstance(value, yaml.MappingNode) else value
            if isinstance(found, yaml.ScalarNode):
                yield found.start_mark.line + 1, found.value


def _child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    return next((value for key, value in _children(node) if key == name), None)


def _children(node: yaml.Node | None) -> Iterator[tuple[str, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key.value, value
