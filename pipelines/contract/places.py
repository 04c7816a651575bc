"""Where in a pipeline's file a step, and each name in it, is declared."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from pathlib import Path

STEP = "NotebookStep"
MAPPINGS = ("inputs", "outputs", "parameters")


@dataclass(frozen=True)
class StepPlace:
    """Lines (from 1) of a step's declaration.

    Attributes:
        line: where the call begins; fields: keyword to line; names: those in its mappings.
    """

    line: int
    fields: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)

    def of(self, name: str, fallback: str) -> int:
        """Line of ``name`` in one of the mappings, else of the field, else of the step."""
        return self.names.get(name) or self.fields.get(fallback) or self.line


def find_steps(file: Path) -> dict[str, StepPlace]:
    """Step name to its place; a step that is made in another way is not found."""
    found: dict[str, StepPlace] = {}
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == STEP:
            arguments = {each.arg: each.value for each in node.keywords if each.arg}
            name = arguments.get("name")
            if isinstance(name, ast.Constant):
                found[str(name.value)] = StepPlace(
                    node.lineno,
                    {argument: value.lineno for argument, value in arguments.items()},
                    _names(arguments),
                )
    return found


def _names(arguments: dict[str, ast.expr]) -> dict[str, int]:
    return {
        str(key.value): key.lineno
        for mapping in MAPPINGS
        if isinstance(value := arguments.get(mapping), ast.Dict)
        for key in value.keys
        if isinstance(key, ast.Constant)
    }
