"""Rules that every file of ``infra`` keeps, read from its syntax."""

from __future__ import annotations

import ast
import importlib
import inspect
from itertools import pairwise
from pathlib import Path

import pytest
from pulumi import ComponentResource

from infra.settings import PROJECT
from tests.infra.examples import PROJECT_DIR

FILES = sorted((PROJECT_DIR / "infra").glob("*.py"))
MAIN = PROJECT_DIR / "__main__.py"
COMPONENTS = [
    component
    for file in FILES
    for component in vars(importlib.import_module(f"infra.{file.stem}")).values()
    if inspect.isclass(component)
    and issubclass(component, ComponentResource)
    and component.__module__ == f"infra.{file.stem}"
]


def _constructor(component: type[ComponentResource]) -> ast.FunctionDef:
    class_ = _class(component)
    return next(
        node
        for node in class_.body
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
    )


def _class(component: type[ComponentResource], suffix: str = "") -> ast.ClassDef:
    tree = ast.parse(Path(inspect.getfile(component)).read_text())
    return next(
        node
        for node in tree.body
        if isinstance(node, ast.ClassDef) and node.name == f"{component.__name__}{suffix}"
    )


def _calls(tree: ast.AST) -> list[str]:
    return [ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)]


component = pytest.mark.parametrize("component", COMPONENTS, ids=lambda value: value.__name__)
file = pytest.mark.parametrize("file", [*FILES, MAIN], ids=lambda value: value.name)


def test_all_components_are_found() -> None:
    assert [found.__name__ for found in COMPONENTS] == [
        "ContainerRegistry",
        "DatabricksCompute",
        "DatabricksWorkspace",
        "InstancePool",
        "MlWorkspace",
        "Network",
        "Notebooks",
        "Site",
        "TrainingData",
    ]


@component
def test_a_component_takes_name_typed_arguments_and_options(
    component: type[ComponentResource],
) -> None:
    arguments = _constructor(component).args

    assert ast.unparse(arguments) == (
        f"self, name: str, args: {component.__name__}Args, opts: ResourceOptions | None=None"
    )


@component
def test_its_arguments_are_a_frozen_dataclass_of_keywords(
    component: type[ComponentResource],
) -> None:
    arguments = _class(component, suffix="Args")

    assert [ast.unparse(decorator) for decorator in arguments.decorator_list] == [
        "dataclass(frozen=True, kw_only=True)"
    ]


@component
def test_its_first_statement_names_its_type_and_passes_no_properties(
    component: type[ComponentResource],
) -> None:
    first = _constructor(component).body[0]

    assert ast.unparse(first) == (
        f"super().__init__('{PROJECT}:infra:{component.__name__}', name, None, opts)"
    )


@component
def test_its_last_statement_registers_exactly_its_annotated_outputs(
    component: type[ComponentResource],
) -> None:
    annotated = [
        ast.unparse(node.target)
        for node in _class(component).body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation).startswith("Output[")
    ]

    last = _constructor(component).body[-1]

    registered = ", ".join(f"'{name}': self.{name}" for name in annotated)
    assert ast.unparse(last) == f"self.register_outputs({{{registered}}})"


@component
def test_every_output_has_a_docstring(component: type[ComponentResource]) -> None:
    body = _class(component).body

    undocumented = [
        ast.unparse(node.target)
        for node, following in pairwise(body)
        if isinstance(node, ast.AnnAssign)
        and ast.unparse(node.annotation).startswith("Output[")
        and not (isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant))
    ]

    assert undocumented == []


@component
def test_a_constructor_is_shorter_than_80_lines(component: type[ComponentResource]) -> None:
    constructor = _constructor(component)

    assert (constructor.end_lineno or 0) - constructor.lineno < 80


@file
def test_children_get_options_of_their_own_and_nothing_is_merged(file: Path) -> None:
    options = [
        node
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("ResourceOptions")
    ]

    assert [call for call in _calls(ast.parse(file.read_text())) if call.endswith("merge")] == []
    assert [
        ast.unparse(call) for call in options if "parent" not in {key.arg for key in call.keywords}
    ] == []


@pytest.mark.parametrize("file", FILES, ids=lambda value: value.name)
def test_only_main_knows_configuration_stack_and_environment(file: Path) -> None:
    source = file.read_text()

    forbidden = (
        "pulumi.Config",
        " Config(",
        "runtime.config",
        "get_stack",
        "get_project",
        "os.environ",
        "getenv",
    )
    assert [word for word in forbidden if word in source] == []


@file
def test_the_program_does_not_ask_whether_it_runs_on_one_machine(file: Path) -> None:
    conditions = [
        ast.unparse(node.test)
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.If | ast.IfExp)
    ]

    assert [condition for condition in conditions if "local" in condition.lower()] == []


def test_main_reads_as_a_page() -> None:
    assert len(MAIN.read_text().splitlines()) <= 60


@file
def test_no_file_is_longer_than_250_lines(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 250
