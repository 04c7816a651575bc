"""Make the two CSV files of this folder from scikit-learn's copy of the diabetes data.

Source: Efron, Hastie, Johnstone and Tibshirani, "Least Angle Regression", Annals of
Statistics 32 (2004); 442 patients, ten baseline measures and the disease's progression one
year later, in original units. The program deploys the files as they are committed and never
runs this script; run it to see that they are what it makes::

    python data/make_diabetes.py

It needs scikit-learn (requirements-dev.txt) and no network.
"""

from __future__ import annotations

from pathlib import Path

from sklearn.datasets import load_diabetes

COLUMNS = ("AGE", "SEX", "BMI", "BP", "S1", "S2", "S3", "S4", "S5", "S6", "Y")

ROWS_PER_MISSING_CELL = 20
"""The variant's 20th, 40th, ... row lacks one cell: AGE first, then SEX, and so on in turn."""


def rows() -> list[list[str]]:
    """The 442 rows in published order, as text: one cell for each of :data:`COLUMNS`."""
    data = load_diabetes(scaled=False)
    return [
        [_shortest(float(value)) for value in (*measures, progression)]
        for measures, progression in zip(data.data, data.target, strict=True)
    ]


def with_missing(complete: list[list[str]]) -> list[list[str]]:
    """The same rows; one cell is empty in every row that :data:`ROWS_PER_MISSING_CELL` names."""
    incomplete = [list(row) for row in complete]
    for turn, row in enumerate(incomplete[ROWS_PER_MISSING_CELL - 1 :: ROWS_PER_MISSING_CELL]):
        row[turn % len(COLUMNS)] = ""
    return incomplete


def csv_bytes(body: list[list[str]]) -> bytes:
    """UTF-8 CSV with a header and Unix line ends, the same bytes on every machine."""
    return "".join(",".join(row) + "\n" for row in [list(COLUMNS), *body]).encode()


def files() -> dict[str, bytes]:
    """File name to content, for both files."""
    complete = rows()
    return {
        "diabetes.csv": csv_bytes(complete),
        "diabetes_with_missing.csv": csv_bytes(with_missing(complete)),
    }


def _shortest(value: float) -> str:
    """The shortest text that reads back as the same number; whole numbers without a point."""
    return str(int(value)) if value.is_integer() else repr(value)


def main() -> None:
    """Write both files beside this script."""
    for name, content in files().items():
        Path(__file__).with_name(name).write_bytes(content)


if __name__ == "__main__":
    main()
