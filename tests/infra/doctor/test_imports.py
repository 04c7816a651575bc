"""Checks run at once, and modules that are first imported by two threads deadlock."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.infra.examples import PROJECT_DIR

FILES = [
    file
    for file in sorted((PROJECT_DIR / "infra" / "doctor").glob("*.py"))
    if file.name != "__main__.py"  # runs in one thread, and spares --help the imports
]


@pytest.mark.parametrize("file", FILES, ids=lambda value: value.name)
def test_no_check_imports_anything_while_it_runs(file: Path) -> None:
    functions = [
        node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.FunctionDef)
    ]

    assert [
        ast.unparse(inner)
        for function in functions
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ] == []
