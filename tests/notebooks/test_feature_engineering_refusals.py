"""What the notebook refuses: the cause is named, and nothing is left that looks like output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from pyspark.sql import SparkSession

from tests.notebooks.conftest import NotebookRunner
from tests.notebooks.examples import FIRST, HEADER, NAME, SECOND

pytestmark = pytest.mark.spark


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        pytest.param((FIRST, SECOND.replace("21.6", "tall")), (3,), id="text for a number"),
        pytest.param((SECOND.replace("48", "48.5"),), (2,), id="fraction for a whole number"),
        pytest.param((FIRST, "", SECOND.rpartition(",")[0]), (4,), id="too few fields"),
        pytest.param((FIRST, SECOND + ",1"), (3,), id="too many fields"),
        pytest.param((SECOND.replace("48", "").replace("21.6", "?"),), (2,), id="missing and bad"),
        pytest.param((FIRST, HEADER, FIRST), (3,), id="header again"),
        pytest.param(("x", FIRST, "y"), (2, 4), id="two of them"),
    ],
)
def test_a_malformed_line_fails_the_run_is_named_and_leaves_nothing(
    lines: tuple[str, ...],
    named: tuple[int, ...],
    notebooks: NotebookRunner,
    csv: Callable[..., str],
    features: Path,
) -> None:
    source = csv(HEADER, *lines)

    with pytest.raises(Exception, match="does not match the schema") as failure:
        notebooks.run(NAME, {"training_data": source, "features": str(features)})

    assert type(failure.value).__name__ == "MalformedInputError"
    assert str(failure.value).splitlines()[1:] == [
        f"  file:{source}, line {number}: {lines[number - 2]!r}" for number in named
    ]
    assert not features.exists()


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(HEADER.replace("AGE,SEX", "SEX,AGE"), id="columns swapped"),
        pytest.param(HEADER.replace(",Y", ""), id="column missing"),
        pytest.param(SECOND, id="no header"),
    ],
)
def test_a_wrong_header_is_refused_and_named(
    header: str,
    notebook: ModuleType,
    spark: SparkSession,
    csv: Callable[..., str],
    features: Path,
) -> None:
    source = csv(header, FIRST)

    with pytest.raises(notebook.MalformedInputError) as failure:
        notebook.write_features(spark, source, str(features))

    assert str(failure.value).splitlines()[1:] == [
        f"  file:{source}, line 1: expected the header {HEADER!r}, found {header!r}"
    ]


def test_only_the_first_malformed_lines_are_named_and_long_ones_are_cut(
    notebook: ModuleType, spark: SparkSession, csv: Callable[..., str]
) -> None:
    source = csv(HEADER, *("x" * 1000 for _ in range(20)))

    found = notebook.find_malformed_lines(spark, source)

    assert [(line.line_number, line.text) for line in found] == [
        (number, "x" * 200) for number in range(2, 7)
    ]


@pytest.mark.parametrize(
    ("lines", "rows_in"),
    [
        pytest.param((), 0, id="empty file"),
        pytest.param((HEADER,), 0, id="header alone"),
        pytest.param((HEADER, FIRST.replace("59", "")), 1, id="no complete row"),
    ],
)
def test_an_input_without_a_complete_row_fails_and_leaves_nothing(
    lines: tuple[str, ...],
    rows_in: int,
    notebooks: NotebookRunner,
    csv: Callable[..., str],
    features: Path,
) -> None:
    source = csv(*lines)

    with pytest.raises(Exception, match=f"none of its {rows_in} rows is complete"):
        notebooks.run(NAME, {"training_data": source, "features": str(features)})

    assert not features.exists()


def test_an_output_whose_report_cannot_be_written_is_removed(
    spark: SparkSession, csv: Callable[..., str], features: Path
) -> None:
    written: list[bool] = []

    def refuse(path: str, text: str, overwrite: bool) -> bool:
        written.append((features / "_SUCCESS").exists())
        raise OSError("storage refuses")

    with pytest.raises(OSError, match="storage refuses"):
        NotebookRunner(spark, put=refuse).run(
            NAME, {"training_data": csv(HEADER, FIRST), "features": str(features)}
        )

    assert written == [True]
    assert not features.exists()


def test_an_input_that_does_not_exist_is_named(
    notebooks: NotebookRunner, tmp_path: Path, features: Path
) -> None:
    with pytest.raises(Exception, match=r"nowhere\.csv"):
        notebooks.run(
            NAME, {"training_data": str(tmp_path / "nowhere.csv"), "features": str(features)}
        )

    assert not features.exists()


def test_an_output_folder_that_holds_the_input_is_refused_before_it_is_emptied(
    notebooks: NotebookRunner, csv: Callable[..., str]
) -> None:
    source = csv(HEADER, FIRST)

    with pytest.raises(Exception, match="holds that of 'training_data'"):
        notebooks.run(NAME, {"training_data": source, "features": str(Path(source).parent)})

    assert Path(source).read_text().splitlines() == [HEADER, FIRST]


@pytest.mark.parametrize("widget", ["training_data", "features"])
def test_an_empty_path_is_refused_by_the_name_of_its_widget(
    widget: str, notebooks: NotebookRunner, csv: Callable[..., str], features: Path
) -> None:
    widgets = {"training_data": csv(HEADER, FIRST), "features": str(features)}

    with pytest.raises(Exception, match=f"widget '{widget}' is empty"):
        notebooks.run(NAME, {**widgets, widget: ""})
