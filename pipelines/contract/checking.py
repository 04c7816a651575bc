"""Compares each step with the widgets of its notebook."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

from pipelines import catalog
from pipelines.contract.places import StepPlace, find_steps
from pipelines.contract.problems import PROJECT_DIRECTORY, Problem, shown
from pipelines.contract.runtimes import config_problems, runtime_problem
from pipelines.contract.widgets import Declaration, Role, Widget, read_declaration
from pipelines.errors import ContractError, SpecError
from pipelines.spec import NotebookStep, Pipeline, did_you_mean
from stack_outputs import StackOutputs

NOTEBOOKS = PROJECT_DIRECTORY / "notebooks"
WANTED = {"inputs": Role.INPUT, "outputs": Role.OUTPUT, "parameters": Role.PARAMETER}
"""Field of a step to the role that its widgets must have."""
ASSUMED_RUNTIME = "15.4.x-scala2.12"
"""Of a stack that is not there; the real ones are in the configuration, which is checked too."""


def check(pipeline: Pipeline) -> None:
    """Refuse a pipeline that does not fit its notebooks.

    Raises:
        ContractError: one line for each problem.
    """
    if problems := sorted(set(pipeline_problems(pipeline, *_origin(pipeline.name)))):
        raise ContractError("\n".join(map(str, problems)))


def check_values(pipeline: Pipeline, values: Mapping[str, str]) -> None:
    """Refuse values for one run that the pipeline or its notebooks would refuse later.

    Raises:
        SpecError: a value is for nothing that can be replaced, or can't be passed.
        ContractError: a notebook would not take it.
    """
    pipeline.check_values(values)
    problems = []
    for step in pipeline.steps:
        notebook = NOTEBOOKS / f"{PurePosixPath(step.notebook_path).name}.py"
        for name in step.parameters.keys() & values.keys():
            widget = read_declaration(notebook).widgets.get(name) if notebook.exists() else None
            if widget and (wrong := widget.value_problem(values[name])):
                problems.append(f"parameter {name!r}: {wrong} ({shown(notebook)}:{widget.line})")
    if problems:
        raise ContractError("\n".join(problems))


def find_problems(names: Iterable[str]) -> list[Problem]:
    """What does not fit in these pipelines, as they would be on a stack, and in the configuration.

    Raises:
        SpecError: there is no pipeline of that name.
    """
    problems = set(config_problems())
    for name in names:
        if name not in catalog.PIPELINES:
            raise SpecError(f"there is no pipeline {name!r}{did_you_mean(name, catalog.PIPELINES)}")
        file, line = _origin(name)
        try:
            pipeline = catalog.find(name, _assumed_stack())
        except SpecError as error:
            problems |= {
                Problem(file=shown(file), line=line, message=message)
                for message in str(error).splitlines()
            }
        else:
            problems |= set(pipeline_problems(pipeline, file, line))
    return sorted(problems)


def pipeline_problems(
    pipeline: Pipeline, file: Path, line: int, notebooks: Path = NOTEBOOKS
) -> Iterator[Problem]:
    """What does not fit in one pipeline, which is declared in ``file`` from ``line`` on."""
    places = find_steps(file)
    for step in pipeline.steps:
        place = places.get(step.name, StepPlace(line))
        yield from _step_problems(step, shown(file), place, notebooks)


def _origin(name: str) -> tuple[Path, int]:
    """File and line of the function that declares a pipeline."""
    builder = catalog.PIPELINES[name]
    return Path(inspect.getfile(builder)), builder.__code__.co_firstlineno


def _assumed_stack() -> StackOutputs:
    """Outputs as a stack would have them: what they say does not matter to the contract."""
    texts = {name: f"/{name}" for name in StackOutputs.names()}
    return StackOutputs(**{**texts, "spark_version": ASSUMED_RUNTIME})


def _step_problems(
    step: NotebookStep, file: str, place: StepPlace, notebooks: Path
) -> Iterator[Problem]:
    name = PurePosixPath(step.notebook_path).name
    known = {each.stem: each for each in notebooks.glob("*.py")}
    if name not in known:
        yield Problem(
            file=file,
            line=place.of("", "notebook_path"),
            message=f"step {step.name!r}: there is no notebook {name!r}{did_you_mean(name, known)}",
        )
        return
    if message := runtime_problem(step.cluster.spark_version):
        yield Problem(
            file=file, line=place.of("", "cluster"), message=f"step {step.name!r}: {message}"
        )
    declaration = read_declaration(known[name])
    yield from declaration.problems
    if declaration.widgets:
        yield from _passed(step, file, place, declaration)
        yield from _missing(step, file, place, declaration)


def _passed(
    step: NotebookStep, file: str, place: StepPlace, declaration: Declaration
) -> Iterator[Problem]:
    """What the step passes must have a widget that takes it."""
    for field, names in _fields(step).items():
        role = WANTED[field]
        for name in names:
            widget = declaration.widgets.get(name)
            if widget is None:
                message = (
                    f"{declaration.file}:{declaration.line} has no widget {name!r}"
                    f"{did_you_mean(name, declaration.widgets)}"
                )
            elif widget.role is not role:
                message = (
                    f"{name!r} is in {field}, but {declaration.file}:{widget.line} declares it as "
                    f"{widget.role}"
                )
            elif field == "parameters" and (wrong := widget.value_problem(step.parameters[name])):
                message = (
                    f"parameter {name!r}: {wrong} (declared in {declaration.file}:{widget.line})"
                )
            else:
                continue
            yield Problem(
                file=file, line=place.of(name, field), message=f"step {step.name!r}: {message}"
            )


def _missing(
    step: NotebookStep, file: str, place: StepPlace, declaration: Declaration
) -> Iterator[Problem]:
    """What the notebook can't do without must be passed."""
    passed = {name for names in _fields(step).values() for name in names}
    for widget in declaration.widgets.values():
        if widget.name not in passed and _is_required(widget):
            field = next(field for field, role in WANTED.items() if role is widget.role)
            near = did_you_mean(widget.name, passed - declaration.widgets.keys())
            hint = near if near.startswith(":") else ""
            yield Problem(
                file=file,
                line=place.of("", field),
                message=f"step {step.name!r}: {field} lacks {widget.name!r}, which "
                f"{declaration.file}:{widget.line} requires{hint}",
            )


def _is_required(widget: Widget) -> bool:
    return widget.role is not Role.PARAMETER or widget.default is None


def _fields(step: NotebookStep) -> Mapping[str, Iterable[str]]:
    return {"inputs": step.inputs, "outputs": step.outputs, "parameters": step.parameters}
