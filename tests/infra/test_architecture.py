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
WITHOUT_TESTS_OF_THEIR_OWN = {
    "infra/exports": "tests/test_main.py compares every output of the whole program",
    "infra/plans": "data only",
    "policies/violation": "tests/policies/test_rules.py compares whole messages",
}
TESTS_OF_MORE_THAN_ONE_FOLDER = {
    "e2e": "the whole path",
    "github": "the workflows in .github",
    "localcloud/azureml/sdk": "localcloud/azureml, through the Azure ML SDK",
}
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


@pytest.mark.parametrize("folder", ["infra", "policies"])
def test_every_module_has_its_tests_at_the_same_place_under_tests(folder: str) -> None:
    modules = {
        file.relative_to(PROJECT_DIR).with_suffix("")
        for file in (PROJECT_DIR / folder).rglob("*.py")
        if not file.name.startswith("__")
    }
    tested = {
        file.relative_to(PROJECT_DIR / "tests").with_name(file.stem.removeprefix("test_"))
        for file in (PROJECT_DIR / "tests" / folder).rglob("test_*.py")
    }

    # A module may be a part of another, by its name, and is tested through that one.
    untested = {
        module
        for module in modules - tested
        if not any(module.with_name(whole) in tested for whole in _wholes(module.name))
    }
    assert {str(module) for module in untested} == WITHOUT_TESTS_OF_THEIR_OWN.keys() & {
        str(module) for module in modules
    }


def _wholes(name: str) -> list[str]:
    """``a_b_c`` may be a part of ``a_b`` or of ``a``."""
    words = name.split("_")
    return ["_".join(words[:count]) for count in range(1, len(words))]


def test_every_folder_of_tests_is_one_of_the_project() -> None:
    folders = {
        folder.relative_to(PROJECT_DIR / "tests")
        for folder in (PROJECT_DIR / "tests").rglob("*")
        if folder.is_dir() and any(folder.glob("test_*.py"))
    }

    assert {
        str(folder) for folder in folders if not (PROJECT_DIR / folder).is_dir()
    } == TESTS_OF_MORE_THAN_ONE_FOLDER.keys()


def test_main_reads_as_a_page() -> None:
    assert len(MAIN.read_text().splitlines()) <= 60


@file
def test_no_file_is_longer_than_250_lines(file: Path) -> None:
    assert len(file.read_text().splitlines()) <= 250
