"""Runs a notebook's cells in order in one namespace, as a job on Databricks does.

Python and SQL cells run, ``%md`` is skipped, ``%run`` runs another notebook of the workspace in
the same namespace. Every other magic is refused: it would not do here what it does there.
"""

from __future__ import annotations
import __future__

import linecache
import posixpath
import shlex
import sys
from types import ModuleType
from typing import Any

from localcloud.databricks.spark.display import display, display_html
from localcloud.databricks.spark.source import Cell, parse_cells
from localcloud.databricks.spark.workspace_api import WorkspaceApi

_FUTURES = 0
for _name in __future__.all_feature_names:
    _FUTURES |= getattr(__future__, _name).compiler_flag

_SKIPPED = frozenset({"md", "md-sandbox"})


class UnsupportedCell(Exception):  # noqa: N818 - reads as what it is in a run's error
    """A cell that localcloud can't run truthfully."""


class Notebook:
    """One notebook run: its namespace and what has run so far."""

    def __init__(self, spark: Any, dbutils: Any, workspace: WorkspaceApi) -> None:
        self._spark = spark
        self._workspace = workspace
        self._future_flags = 0
        self._running: list[str] = []
        # Dataclasses and pickles look a class's module up by name: the notebook is __main__.
        module = ModuleType("__main__")
        sys.modules["__main__"] = module
        self._namespace = module.__dict__
        self._namespace.update(
            spark=spark,
            sc=spark.sparkContext,
            dbutils=dbutils,
            display=display,
            displayHTML=display_html,
        )

    def run(self, path: str, language: str, source: str) -> None:
        """Run every cell. What a cell raises passes through."""
        if language not in ("PYTHON", "SQL"):
            raise UnsupportedCell(
                f"{path}: localcloud runs Python and SQL notebooks, no {language}"
            )
        if path in self._running:
            raise UnsupportedCell(f"{path} runs itself through %run")
        self._running.append(path)
        for cell in parse_cells(source, language):
            self._run_cell(path, cell)
        self._running.pop()

    def _run_cell(self, path: str, cell: Cell) -> None:
        if cell.magic in _SKIPPED:
            return
        if cell.magic == "python":
            self._run_python(path, cell)
        elif cell.magic == "sql":
            self._run_sql(cell)
        elif cell.magic == "run":
            self._run_notebook(path, cell)
        else:
            raise UnsupportedCell(
                f"{path}, cell {cell.number}: localcloud does not run %{cell.magic} cells"
            )

    def _run_python(self, path: str, cell: Cell) -> None:
        name = cell_file_name(path, cell.number)
        lines = [f"{line}\n" for line in cell.text.splitlines()]
        # With no modification time, the traceback module takes these lines as they are.
        linecache.cache[name] = (len(cell.text), None, lines, name)
        flags = self._future_flags
        code = compile(cell.text, name, "exec", flags=flags, dont_inherit=True)
        # ``from __future__`` holds for the cells that follow too, as in any notebook.
        self._future_flags |= code.co_flags & _FUTURES
        exec(code, self._namespace)  # noqa: S102 - running the notebook is the purpose

    def _run_sql(self, cell: Cell) -> None:
        for statement in split_statements(cell.text):
            result = self._spark.sql(statement)
            self._namespace["_sqldf"] = result
            display(result)

    def _run_notebook(self, path: str, cell: Cell) -> None:
        words = shlex.split(cell.text)
        if len(words) != 1:
            raise UnsupportedCell(
                f"{path}, cell {cell.number}: %run takes one path here and no arguments"
            )
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), words[0]))
        language, source = self._workspace.notebook(target)
        self.run(target, language, source)


def cell_file_name(path: str, number: int) -> str:
    """What stands for a file name in the traceback of a cell."""
    return f"{path}, cell {number}"


def split_statements(text: str) -> list[str]:
    """The SQL statements of a cell: semicolons end them, not those in quotes or comments."""
    statements, begin, index = [], 0, 0
    while index < len(text):
        if text[index] in "'\"`":
            index = _after(text, text[index], index + 1)
        elif text.startswith("--", index):
            index = _after(text, "\n", index)
        elif text.startswith("/*", index):
            index = _after(text, "*/", index + 2)
        else:
            if text[index] == ";":
                statements.append(text[begin:index])
                begin = index + 1
            index += 1
    statements.append(text[begin:])
    return [statement.strip() for statement in statements if statement.strip()]


def _after(text: str, end: str, index: int) -> int:
    found = text.find(end, index)
    return len(text) if found < 0 else found + len(end)
