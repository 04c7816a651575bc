"""What the notebook refuses: the cause is named, and nothing is left that looks like output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

import measurements
from step_runtime import StepError
from tests.notebooks.conftest import NotebookRunner, Places
from tests.notebooks.examples import FIRST, HEADER, NAME, SECOND

pytestmark = pytest.mark.spark

UNPARSABLE = "the line does not match the schema"


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
        pytest.param((SECOND.replace("48", "4" * 30),), (2,), id="too large for its type"),
    ],
)
def test_more_malformed_lines_than_allowed_fail_the_run_are_named_and_leave_nothing(
    lines: tuple[str, ...],
    named: tuple[int, ...],
    notebooks: NotebookRunner,
    csv: Callable[..., str],
    places: Places,
) -> None:
    source = csv(HEADER, *lines)

    with pytest.raises(StepError, match="do not match the schema") as failure:
        notebooks.run(NAME, places.widgets(source))

    assert type(failure.value).__name__ == "MalformedInputError"
    assert str(failure.value).splitlines()[1:] == [
        f"  file:{source}, line {number}: {lines[number - 2]!r} ({UNPARSABLE})" for number in named
    ]
    assert not places.features.exists()
    assert not places.quarantine.exists()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (SECOND.replace("48", "-1"), "AGE = -1 is outside 0 to 120 years"),
        (SECOND.replace("48,1", "48,3"), "SEX = 3 is outside 1 to 2 code"),
        (SECOND.replace("21.6", "Infinity"), "BMI = Infinity is outside 10 to 100 kg/m2"),
        (SECOND.replace("87", "1e400"), "BP = Infinity is outside 30 to 250 mmHg"),
        (SECOND.replace("21.6,87", "0,0"), "BMI = 0.0 is outside 10 to 100 kg/m2; BP = 0.0 is"),
    ],
)
def test_a_value_outside_its_range_is_named_with_the_range_and_its_unit(
    line: str, reason: str, spark: SparkSession, csv: Callable[..., str]
) -> None:
    [found] = measurements.find_rejected_lines(spark, csv(HEADER, FIRST, line))

    assert (found.line_number, found.text, found.is_header) == (3, line, False)
    assert found.reason.startswith(reason)


@pytest.mark.parametrize(
    "header",
    [
        pytest.param(HEADER.replace("AGE,SEX", "SEX,AGE"), id="columns swapped"),
        pytest.param(HEADER.replace(",Y", ""), id="column missing"),
        pytest.param(HEADER + ",Z", id="column added"),
        pytest.param(HEADER.replace("SEX", "AGE"), id="column twice"),
        pytest.param(SECOND, id="no header"),
    ],
)
def test_a_wrong_header_is_refused_and_named_whatever_share_may_be_quarantined(
    header: str, notebooks: NotebookRunner, csv: Callable[..., str], places: Places
) -> None:
    csv(HEADER, FIRST, name="in/a.csv")
    source = csv(header, FIRST, name="in/b.csv")

    with pytest.raises(StepError, match="has other columns") as failure:
        widgets = places.widgets(str(Path(source).parent), max_quarantined_share="1")
        notebooks.run(NAME, widgets)

    assert str(failure.value).splitlines()[1:] == [
        f"  file:{source}, line 1: {header!r} (expected the header {HEADER})"
    ]
    assert not places.features.exists()


def test_only_the_first_rejected_lines_are_named_and_long_ones_are_cut(
    spark: SparkSession, csv: Callable[..., str]
) -> None:
    source = csv(HEADER, *("x" * 1000 for _ in range(20)))

    found = measurements.find_rejected_lines(spark, source)

    assert [(line.line_number, line.text) for line in found] == [
        (number, "x" * 200) for number in range(2, 7)
    ]


@pytest.mark.parametrize(
    ("lines", "rows_in"),
    [
        pytest.param((), 0, id="empty file"),
        pytest.param((HEADER,), 0, id="header alone"),
        pytest.param((HEADER, FIRST.replace("59", "")), 1, id="no complete row"),
        pytest.param((HEADER, FIRST.replace("59", "999")), 1, id="no row within the ranges"),
    ],
)
def test_an_input_without_a_usable_row_fails_and_leaves_nothing(
    lines: tuple[str, ...],
    rows_in: int,
    notebooks: NotebookRunner,
    csv: Callable[..., str],
    places: Places,
) -> None:
    with pytest.raises(StepError, match=f"none of its {rows_in} rows is complete"):
        notebooks.run(NAME, places.widgets(csv(*lines), max_quarantined_share="1"))

    assert not places.features.exists()


def test_outputs_whose_report_cannot_be_written_are_removed(
    spark: SparkSession, csv: Callable[..., str], places: Places
) -> None:
    written: list[bool] = []

    def refuse(path: str, text: str, overwrite: bool) -> bool:
        written.append((places.features / "_SUCCESS").exists())
        raise OSError("storage refuses")

    with pytest.raises(OSError, match="storage refuses"):
        NotebookRunner(spark, put=refuse).run(NAME, places.widgets(csv(HEADER, FIRST)))

    assert written == [True]
    assert not places.features.exists()
    assert not places.quarantine.exists()


def test_an_input_that_does_not_exist_is_named(
    notebooks: NotebookRunner, tmp_path: Path, places: Places
) -> None:
    with pytest.raises(Exception, match=r"nowhere\.csv"):
        notebooks.run(NAME, places.widgets(str(tmp_path / "nowhere.csv")))

    assert not places.features.exists()


def test_an_output_folder_that_holds_the_input_is_refused_before_it_is_emptied(
    notebooks: NotebookRunner, csv: Callable[..., str], places: Places
) -> None:
    source = csv(HEADER, FIRST)
    widgets = {**places.widgets(source), "features": str(Path(source).parent)}

    with pytest.raises(StepError, match="holds that of 'training_data'"):
        notebooks.run(NAME, widgets)

    assert Path(source).read_text().splitlines() == [HEADER, FIRST]
