"""What a notebook says it takes: its ``WIDGETS``, read from the source without running it.

The format is that of :mod:`notebooks.step_runtime`: a tuple of calls of ``Input``, ``Output``
and ``Parameter`` whose arguments are constants, or the names ``str``, ``int`` and ``float``.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipelines.contract.problems import Problem, shown
from pipelines.spec import FORBIDDEN_IN_PARAMETERS, IDENTIFIER

DECLARATION = "WIDGETS"
KINDS: Mapping[str, type[str] | type[int] | type[float]] = {"str": str, "int": int, "float": float}
TYPE_NAMES = {str: "text", int: "a whole number", float: "a number"}
_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "name": str,
    "kind": type,
    "default": (str, int, float, type(None)),
    "choices": tuple,
    "minimum": (int, float, type(None)),
    "maximum": (int, float, type(None)),
}
"""Arguments of a widget in their order, and what they can be."""
RESERVED_SUFFIXES = ("_blob_config", "_blob_secretname")
"""Azure ML adds widgets of these names for each input and output."""


class Role(StrEnum):
    """What a widget is for; the values are the names of the runtime's classes."""

    INPUT = "Input"
    OUTPUT = "Output"
    PARAMETER = "Parameter"


@dataclass(frozen=True, kw_only=True)
class Widget:
    """One declared widget; what follows ``line`` is a parameter's."""

    name: str
    role: Role
    line: int
    kind: type[str] | type[int] | type[float] = str
    default: str | int | float | None = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def value_problem(self, text: str) -> str:
        """Why the notebook will refuse ``text``; empty if it takes it."""
        try:
            value = self.kind(text)
        except ValueError:
            return f"{text!r} is not {TYPE_NAMES[self.kind]}"
        if self.choices and text not in self.choices:
            return f"{text!r} is not one of {', '.join(self.choices)}"
        if isinstance(value, str):
            return ""
        if self.minimum is not None and not value >= self.minimum:
            return f"{text} is below {self.minimum}"
        if self.maximum is not None and not value <= self.maximum:
            return f"{text} is above {self.maximum}"
        return ""


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A notebook's widgets by name, and what is wrong with their declaration itself."""

    file: str
    line: int
    widgets: Mapping[str, Widget]
    problems: tuple[Problem, ...]


def read_declaration(notebook: Path) -> Declaration:
    """The widgets that ``notebook`` declares."""
    file = shown(notebook)
    try:
        tree = ast.parse(notebook.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        return _broken(file, line, f"not valid Python: {getattr(error, 'msg', error)}")
    for statement in tree.body:
        if isinstance(statement, ast.AnnAssign):
            targets: list[ast.expr] = [statement.target]
            value = statement.value
        elif isinstance(statement, ast.Assign):
            targets = statement.targets
            value = statement.value
        else:
            continue
        if any(isinstance(target, ast.Name) and target.id == DECLARATION for target in targets):
            if not isinstance(value, ast.Tuple | ast.List):
                return _broken(file, statement.lineno, f"{DECLARATION} must be a literal tuple")
            return _declaration(file, statement.lineno, value.elts)
    return _broken(file, 1, f"the notebook declares no {DECLARATION}: say which widgets it has")


def _broken(file: str, line: int, message: str) -> Declaration:
    problem = Problem(file=file, line=line, message=message)
    return Declaration(file=file, line=line, widgets={}, problems=(problem,))


def _declaration(file: str, line: int, entries: list[ast.expr]) -> Declaration:
    widgets: dict[str, Widget] = {}
    problems: list[Problem] = []
    for entry in entries:
        try:
            widget = _widget(entry)
        except (ValueError, TypeError) as error:
            problems.append(Problem(file=file, line=entry.lineno, message=str(error)))
            continue
        messages = _own_problems(widget)
        if widget.name in widgets:
            messages.append(f"widget {widget.name!r} is declared twice")
        problems += [Problem(file=file, line=widget.line, message=each) for each in messages]
        widgets[widget.name] = widget
    return Declaration(file=file, line=line, widgets=widgets, problems=tuple(problems))


def _widget(entry: ast.expr) -> Widget:
    """A widget of one entry.

    Raises:
        ValueError, TypeError: it is not one; the message says what is expected.
    """
    known = ", ".join(role.value for role in Role)
    if not isinstance(entry, ast.Call) or not isinstance(entry.func, ast.Name):
        raise ValueError(f"{DECLARATION} holds {ast.unparse(entry)!r}; expected {known}")
    if entry.func.id not in list(Role):
        raise ValueError(f"{DECLARATION} holds {entry.func.id}(...); expected {known}")
    arguments = dict(zip(_TYPES, map(_constant, entry.args), strict=False))
    arguments |= {str(each.arg): _constant(each.value) for each in entry.keywords}
    for argument, value in arguments.items():
        if argument not in _TYPES or not isinstance(value, _TYPES[argument]):
            raise ValueError(f"{ast.unparse(entry)}: {argument} can't be {value!r}")
    return Widget(role=Role(entry.func.id), line=entry.lineno, **arguments)


def _constant(value: ast.expr) -> Any:
    if isinstance(value, ast.Name) and value.id in KINDS:
        return KINDS[value.id]
    try:
        return ast.literal_eval(value)
    except ValueError:
        raise ValueError(
            f"{ast.unparse(value)!r} is not a constant: the check reads the notebook without "
            "running it"
        ) from None


def _own_problems(widget: Widget) -> list[str]:
    problems = []
    if not IDENTIFIER.fullmatch(widget.name):
        problems.append(f"widget {widget.name!r}: a name must match {IDENTIFIER.pattern}")
    if widget.name.endswith(RESERVED_SUFFIXES):
        problems.append(f"widget {widget.name!r}: names that end so belong to Azure ML")
    for choice in widget.choices:
        problems += [
            f"widget {widget.name!r}: choice {choice!r} can't be passed, as it holds {character!r}"
            for character in FORBIDDEN_IN_PARAMETERS
            if character in choice
        ]
    if widget.default is not None and (wrong := widget.value_problem(str(widget.default))):
        problems.append(f"widget {widget.name!r}: the default {wrong}")
    return problems
