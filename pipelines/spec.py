"""Pipelines as data: notebook steps, where their data is, and how they depend on each other.

Everything is checked when it is built, so a wrong name is found where it is written and not
minutes later in a cluster. This module knows nothing of Azure ML's SDK.

Every input from a datastore and every parameter can be replaced for one run, by its name;
what is declared here are the defaults.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from difflib import get_close_matches

from pipelines.errors import SpecError

IDENTIFIER = re.compile(r"[a-z][a-z0-9_]{0,99}")
PIPELINE_NAME = re.compile(r"[a-z][a-z0-9-]{0,99}")
FORBIDDEN_IN_PARAMETERS = ";="
"""Azure ML joins a notebook's parameters as ``k=v;k=v`` and escapes nothing."""


@dataclass(frozen=True, kw_only=True)
class DatastorePath:
    """A file or folder in a datastore of the Azure ML workspace."""

    datastore: str
    path: str
    is_immutable: bool = field(default=False, repr=False)
    """Whether what lies at a path there never changes, e.g. because paths hold dates or hashes."""


@dataclass(frozen=True, kw_only=True)
class StepOutput:
    """A reference to what another step writes; made by :meth:`NotebookStep.output`."""

    step: str
    name: str


@dataclass(frozen=True, kw_only=True)
class JobCluster:
    """The cluster a step runs on: made for the run, from a pool, and gone afterwards."""

    instance_pool_id: str
    spark_version: str
    """Databricks Runtime key, e.g. ``15.4.x-scala2.12``."""
    num_workers: int

    def __post_init__(self) -> None:
        if self.num_workers < 1:
            raise SpecError(f"num_workers must be 1 or more, not {self.num_workers}")


@dataclass(frozen=True, kw_only=True)
class ExistingCluster:
    """The cluster a step runs on: one that is there already, and stays."""

    cluster_id: str
    spark_version: str
    """Its Databricks Runtime key; it is the cluster that decides."""


@dataclass(frozen=True, kw_only=True)
class NotebookStep:
    """One run of a Databricks notebook.

    The notebook finds the path of an input or output, and the value of a parameter, in the
    widget of the same name.
    """

    name: str
    notebook_path: str
    compute: str
    """Name of the Databricks workspace as attached to Azure ML."""
    cluster: JobCluster | ExistingCluster
    inputs: Mapping[str, DatastorePath | StepOutput] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    """Output name to the datastore it is written to; Azure ML picks the folder for each run."""
    parameters: Mapping[str, str] = field(default_factory=dict)
    timeout_seconds: int = 3600
    reuse: bool = False
    """Whether the result of an earlier run of the same step may stand in for running it.

    Azure ML compares the notebook's path, the parameters and the paths of the inputs, never what
    lies at these; the notebook's path holds its content's hash, so reuse is right where the inputs
    are other steps' outputs or immutable.
    """

    def __post_init__(self) -> None:
        problems = [
            *_name_problems("step", [self.name]),
            *_name_problems(f"step {self.name!r}: input", self.inputs),
            *_name_problems(f"step {self.name!r}: output", self.outputs),
            *_name_problems(f"step {self.name!r}: parameter", self.parameters),
        ]
        names = Counter([*self.inputs, *self.outputs, *self.parameters])
        problems += [
            f"step {self.name!r}: {name!r} is declared {count} times, for one widget"
            for name, count in names.items()
            if count > 1
        ]
        for name, value in self.parameters.items():
            problems += parameter_problems(name, value)
        if self.reuse:
            problems += [
                f"step {self.name!r}: reuse is on, but what lies at input {name!r} may change "
                "unnoticed: leave reuse off, or declare the input with is_immutable"
                for name, source in self.inputs.items()
                if isinstance(source, DatastorePath) and not source.is_immutable
            ]
        if not self.notebook_path.startswith("/"):
            problems.append(
                f"step {self.name!r}: notebook_path {self.notebook_path!r} is not absolute"
            )
        if self.timeout_seconds <= 0:
            problems.append(
                f"step {self.name!r}: timeout_seconds must be 1 or more, not {self.timeout_seconds}"
            )
        _raise_if_any(problems)

    def output(self, name: str) -> StepOutput:
        """A reference to the output ``name``, for use as another step's input."""
        if name not in self.outputs:
            raise SpecError(
                f"step {self.name!r} has no output {name!r}{did_you_mean(name, self.outputs)}"
            )
        return StepOutput(step=self.name, name=name)


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """Steps in an order in which they can run: a step comes after those whose output it uses."""

    name: str
    description: str
    steps: tuple[NotebookStep, ...]
    result: StepOutput
    """The output that the pipeline is run for."""

    def __post_init__(self) -> None:
        problems = _name_problems("pipeline", [self.name], PIPELINE_NAME)
        if not self.steps:
            problems.append(f"pipeline {self.name!r} has no steps")
        earlier: dict[str, NotebookStep] = {}
        for step in self.steps:
            if step.name in earlier:
                problems.append(f"step {step.name!r} is declared twice")
            for name, source in step.inputs.items():
                if isinstance(source, StepOutput):
                    place = f"step {step.name!r}: input {name!r}"
                    problems += _reference_problems(place, source, earlier)
            earlier[step.name] = step
        problems += _reference_problems(f"pipeline {self.name!r}: result", self.result, earlier)
        problems += self._conflicting_defaults()
        _raise_if_any(problems)

    def replaceable(self) -> dict[str, DatastorePath | str]:
        """What a run may replace: name of the input or parameter to its default."""
        return dict(self._defaults())

    def check_values(self, values: Mapping[str, str]) -> None:
        """Refuse values for what is not declared, and values that would not arrive unharmed.

        Raises:
            SpecError: names every problem.
        """
        known = self.replaceable()
        problems = []
        for name, value in values.items():
            if name not in known:
                problems.append(
                    f"pipeline {self.name!r} has no parameter {name!r}{did_you_mean(name, known)}"
                )
            elif not value:
                problems.append(f"parameter {name!r}: the value is empty")
            elif isinstance(known[name], str):
                problems += parameter_problems(name, value)
        _raise_if_any(problems)

    def content_hash(self) -> str:
        """12 hexadecimal digits that change whenever anything declared here changes.

        The notebook's own content counts too, as its path ends with its hash.
        """
        canonical = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:12]

    def _defaults(self) -> Iterator[tuple[str, DatastorePath | str]]:
        for step in self.steps:
            yield from step.parameters.items()
            for name, source in step.inputs.items():
                if isinstance(source, DatastorePath):
                    yield name, source

    def _conflicting_defaults(self) -> Iterator[str]:
        defaults: dict[str, DatastorePath | str] = {}
        for name, default in self._defaults():
            if defaults.setdefault(name, default) != default:
                yield (
                    f"{name!r} is declared with two defaults, {defaults[name]!r} and {default!r}: "
                    "steps that share a name share its value"
                )


def parameter_problems(name: str, value: str) -> list[str]:
    """Why ``value`` can't reach a notebook unharmed; empty if it can."""
    found = [character for character in FORBIDDEN_IN_PARAMETERS if character in value]
    if not found:
        return []
    return [
        f"parameter {name!r}: value {value!r} holds {' and '.join(map(repr, found))}; Azure ML "
        "separates notebook parameters with ';' and '=' and has no way to escape them"
    ]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint for an unknown name, to be appended to a message."""
    candidates = sorted(known)
    near = get_close_matches(name, candidates, n=1)
    if near:
        return f": did you mean {near[0]!r}?"
    return f" (there is: {', '.join(candidates)})" if candidates else " (there is none)"


def _name_problems(
    what: str, names: Iterable[str], pattern: re.Pattern[str] = IDENTIFIER
) -> list[str]:
    return [
        f"{what} {name!r}: a name must match {pattern.pattern}"
        for name in names
        if not pattern.fullmatch(name)
    ]


def _reference_problems(
    place: str, source: StepOutput, steps: Mapping[str, NotebookStep]
) -> Iterator[str]:
    if source.step not in steps:
        yield (
            f"{place} uses step {source.step!r}, which is not declared before it"
            + did_you_mean(source.step, steps)
        )
    elif source.name not in steps[source.step].outputs:
        yield (
            f"{place} uses output {source.name!r}, which step {source.step!r} does not have"
            + did_you_mean(source.name, steps[source.step].outputs)
        )


def _raise_if_any(problems: Iterable[str]) -> None:
    if found := list(problems):
        raise SpecError("\n".join(found))
