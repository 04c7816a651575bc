"""The committed data sets and the script that makes them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from data.make_diabetes import COLUMNS, files

FOLDER = Path(__file__).resolve().parents[2] / "data"


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", ["diabetes.csv", "diabetes_with_missing.csv"])
def test_the_committed_bytes_are_what_the_script_makes(name: str) -> None:
    assert (FOLDER / name).read_bytes() == files()[name]


def test_the_data_are_the_published_442_rows_in_original_units() -> None:
    rows = _rows("diabetes.csv")

    assert len(rows) == 442
    assert list(rows[0]) == list(COLUMNS)
    published = ["59", "2", "32.1", "101", "157", "93.2", "38", "4", "4.8598", "87", "151"]
    assert list(rows[0].values()) == published
    assert list(rows[-1].values()) == [
        "36", "1", "19.6", "71", "250", "133.2", "97", "3", "4.5951", "92", "57",
    ]  # fmt: skip
    assert {row["SEX"] for row in rows} == {"1", "2"}
    assert sum(int(row["Y"]) for row in rows) == 67243


def test_the_variant_lacks_one_cell_in_every_twentieth_row_and_is_the_same_otherwise() -> None:
    complete, incomplete = _rows("diabetes.csv"), _rows("diabetes_with_missing.csv")

    changed = [
        (number, {column for column in COLUMNS if row[column] != whole[column]})
        for number, (row, whole) in enumerate(zip(incomplete, complete, strict=True), start=1)
        if row != whole
    ]

    assert changed == [
        (number, {COLUMNS[turn % len(COLUMNS)]}) for turn, number in enumerate(range(20, 442, 20))
    ]
    assert all(incomplete[number - 1][column] == "" for number, (column,) in changed)
