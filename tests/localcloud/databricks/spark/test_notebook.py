"""Cells run in order in one namespace; no Spark is needed for that."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from localcloud.databricks.spark.failure import format_trace, summarize
from localcloud.databricks.spark.notebook import Notebook, UnsupportedCell, split_statements


class Workspace:
    """Holds the notebooks that %run can find."""

    def __init__(self, **notebooks: str) -> None:
        self._notebooks = notebooks

    def notebook(self, path: str) -> tuple[str, str]:
        return "PYTHON", self._notebooks[path.removeprefix("/Shared/")]


def run(*cells: str, **others: str) -> list[Any]:
    """Run cells after one that makes the list ``out``; returns what they put into it."""
    out: list[Any] = []
    spark = SimpleNamespace(sparkContext=None)
    dbutils = SimpleNamespace(out=out)
    notebook = Notebook(spark, dbutils, Workspace(**others))  # type: ignore[arg-type] # a stand-in
    source = "\n# COMMAND ----------\n".join(("out = dbutils.out", *cells))
    notebook.run("/Shared/main", "PYTHON", source)
    return out


@pytest.fixture(autouse=True)
def keep_main() -> Iterator[None]:
    """A notebook becomes __main__; the test's own comes back afterwards."""
    main = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = main


def test_cells_share_their_names() -> None:
    assert run("x = 1", "def f():\n    return x", "x = 2\nout.append(f())") == [2]


def test_the_notebook_is_main() -> None:
    source = "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\nout.append(A(1))"
    [value] = run(source)
    assert (type(value).__module__, value.x) == ("__main__", 1)


def test_future_imports_hold_for_the_cells_that_follow() -> None:
    function = "def f(x: Nowhere): ...\nout.append(f.__annotations__)"
    assert run("from __future__ import annotations", function) == [{"x": "Nowhere"}]


def test_run_brings_the_names_of_another_notebook() -> None:
    assert run(
        "# MAGIC %run ./lib", "out.append(helper())", lib="def helper():\n    return 'helped'"
    ) == ["helped"]


def test_a_notebook_that_runs_itself_is_refused() -> None:
    with pytest.raises(UnsupportedCell, match="/Shared/lib runs itself through %run"):
        run("# MAGIC %run ./lib\n", lib="# MAGIC %run ./lib\n")


@pytest.mark.parametrize("magic", ["pip install x", "sh ls", "scala 1", "fs ls /"])
def test_what_cannot_be_run_truthfully_is_refused(magic: str) -> None:
    name = magic.split(maxsplit=1)[0]
    with pytest.raises(UnsupportedCell, match=f"cell 2: localcloud does not run %{name} cells"):
        run(f"# MAGIC %{magic}")


def test_a_failure_shows_the_lines_of_the_cells_and_no_machinery() -> None:
    with pytest.raises(ZeroDivisionError) as failed:
        run("def f():\n    1 / 0", "f()")
    assert summarize(failed.value) == "ZeroDivisionError: division by zero"
    assert format_trace(failed.value) == (
        "Traceback (most recent call last):\n"
        '  File "/Shared/main, cell 3", line 1, in <module>\n'
        "    f()\n"
        '  File "/Shared/main, cell 2", line 2, in f\n'
        "    1 / 0\n"
        "    ~~^~~\n"
        "ZeroDivisionError: division by zero\n"
    )


def test_a_cell_that_is_no_python_shows_where() -> None:
    with pytest.raises(SyntaxError) as failed:
        run("x = = 1")
    assert summarize(failed.value) == "SyntaxError: invalid syntax (main, cell 2, line 1)"
    assert format_trace(failed.value) == (
        '  File "/Shared/main, cell 2", line 1\n'
        "    x = = 1\n"
        "        ^\n"
        "SyntaxError: invalid syntax\n"
    )


def test_statements_end_at_semicolons_that_are_not_in_quotes_or_comments() -> None:
    text = "select ';', `a;b`; -- one; two\n/* three; four */ select \"x;\" ;\n;"
    assert split_statements(text) == [
        "select ';', `a;b`",
        '-- one; two\n/* three; four */ select "x;"',
    ]
