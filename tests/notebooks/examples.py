"""Two measured rows, as lines of the source and as rows of the output."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import DataFrame

NAME = "feature_engineering"
PROJECT = Path(__file__).resolve().parents[2]
HEADER = "AGE,SEX,BMI,BP,S1,S2,S3,S4,S5,S6,Y"
FIRST = "59,2,32.1,101,157,93.2,38,4,4.8598,87,151"
SECOND = "48,1,21.6,87,183,103.2,70,3,3.8918,69,75"
FIRST_MEASURED = (59, 2, 32.1, 101.0, 157.0, 93.2, 38.0, 4.0, 4.8598, 87.0, 151.0)
SECOND_MEASURED = (48, 1, 21.6, 87.0, 183.0, 103.2, 70.0, 3.0, 3.8918, 69.0, 75.0)
FIRST_ROW = (*FIRST_MEASURED, "obese", "45-59", 157 / 38, 32.1 * 101)
SECOND_ROW = (*SECOND_MEASURED, "normal", "45-59", 183 / 70, 21.6 * 87)
OUTPUT_TYPES = [
    ("AGE", "int"),
    ("SEX", "int"),
    *((name, "double") for name in ("BMI", "BP", "S1", "S2", "S3", "S4", "S5", "S6", "Y")),
    ("BMI_CLASS", "string"),
    ("AGE_BAND", "string"),
    ("S1_S3", "double"),
    ("BMI_BP", "double"),
]


def rows(frame: DataFrame) -> list[tuple[object, ...]]:
    """All rows as plain tuples, sorted: Spark promises no order."""
    return sorted((tuple(row) for row in frame.collect()), key=str)
