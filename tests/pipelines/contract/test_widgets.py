"""Widgets as they are read from a notebook's source."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.contract.widgets import Role, Widget, read_declaration

PARAMETERS = """\
WIDGETS = (
    Input("training_data"),
    Output("features"),
    Parameter("missing", str, default="drop", choices=("drop", "impute")),
    Parameter("folds", kind=int, default=3, minimum=2, maximum=10),
    Parameter("share", float),
)
"""


def declared(tmp_path: Path, source: str) -> tuple[dict[str, Widget], list[str]]:
    """The widgets, and the problems without the file's name."""
    file = tmp_path / "notebook.py"
    file.write_text(source)
    found = read_declaration(file)
    return dict(found.widgets), [str(each).removeprefix(f"{file}:") for each in found.problems]


def test_every_kind_of_widget_is_read_with_its_line(tmp_path: Path) -> None:
    widgets, problems = declared(tmp_path, PARAMETERS)

    assert problems == []
    assert list(widgets.values()) == [
        Widget(name="training_data", role=Role.INPUT, line=2),
        Widget(name="features", role=Role.OUTPUT, line=3),
        Widget(
            name="missing",
            role=Role.PARAMETER,
            line=4,
            default="drop",
            choices=("drop", "impute"),
        ),
        Widget(
            name="folds", role=Role.PARAMETER, line=5, kind=int, default=3, minimum=2, maximum=10
        ),
        Widget(name="share", role=Role.PARAMETER, line=6, kind=float),
    ]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("x = 1\n", "1: the notebook declares no WIDGETS: say which widgets it has"),
        ("\nWIDGETS = make()\n", "2: WIDGETS must be a literal tuple"),
        ("def f(:\n", "1: not valid Python: invalid syntax"),
        (
            "WIDGETS = (Imput('a'),)\n",
            "1: WIDGETS holds Imput(...); expected Input, Output, Parameter",
        ),
        (
            "WIDGETS = ('a',)\n",
            "1: WIDGETS holds \"'a'\"; expected Input, Output, Parameter",
        ),
        (
            "NAME = 'a'\nWIDGETS = (Input(NAME),)\n",
            "2: 'NAME' is not a constant: the check reads the notebook without running it",
        ),
        ("WIDGETS = (Input(3),)\n", "1: Input(3): name can't be 3"),
        (
            "WIDGETS = (Parameter('a', int, default='x'),)\n",
            "1: widget 'a': the default 'x' is not a whole number",
        ),
        (
            "WIDGETS = (Parameter('a', choices=('x=1',)),)\n",
            "1: widget 'a': choice 'x=1' can't be passed, as it holds '='",
        ),
        ("WIDGETS = (Input('a'),\nOutput('a'))\n", "2: widget 'a' is declared twice"),
        (
            "WIDGETS = (Input('a;b'),)\n",
            "1: widget 'a;b': a name must match [a-z][a-z0-9_]{0,99}",
        ),
        (
            "WIDGETS = (Parameter('a_blob_config'),)\n",
            "1: widget 'a_blob_config': names that end so belong to Azure ML",
        ),
    ],
)
def test_a_declaration_that_can_not_be_read_says_where_and_why(
    tmp_path: Path, source: str, problem: str
) -> None:
    _, problems = declared(tmp_path, source)

    assert problems == [problem]


@pytest.mark.parametrize(
    ("widget", "text", "problem"),
    [
        (Widget(name="a", role=Role.PARAMETER, line=1, kind=int), "3.5", "'3.5' is not a whole"),
        (Widget(name="a", role=Role.PARAMETER, line=1, kind=float), "3.5", ""),
        (Widget(name="a", role=Role.PARAMETER, line=1, choices=("x",)), "y", "'y' is not one of x"),
        (Widget(name="a", role=Role.PARAMETER, line=1, kind=int, minimum=2), "1", "1 is below 2"),
        (Widget(name="a", role=Role.PARAMETER, line=1, kind=float, maximum=2), "nan", "nan is abo"),
    ],
)
def test_a_value_is_refused_as_the_notebook_would(widget: Widget, text: str, problem: str) -> None:
    found = widget.value_problem(text)

    assert found.startswith(problem)
    assert bool(found) is bool(problem)
