"""The diabetes measurements as they come: columns, units, ranges, and what is wrong with a row.

One row per patient. The columns are those of the data's source (Efron, Hastie, Johnstone and
Tibshirani, "Least Angle Regression", 2004; https://www4.stat.ncsu.edu/~boos/var.select/diabetes.html).
The ranges are wider than any patient's values: what is outside them was mistyped or is in
another unit. Nothing here is dropped, repaired or written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 (the name everyone knows it by)

LINES_SHOWN = 5
LINE_CHARACTERS_SHOWN = 200


@dataclass(frozen=True)
class Measurement:
    """A column of the source: its type in Spark, its unit, its range with both ends."""

    name: str
    type: str
    unit: str
    minimum: float
    maximum: float


MEASUREMENTS = (
    Measurement("AGE", "INT", "years", 0, 120),
    Measurement("SEX", "INT", "code", 1, 2),
    Measurement("BMI", "DOUBLE", "kg/m2", 10, 100),
    Measurement("BP", "DOUBLE", "mmHg", 30, 250),  # mean arterial pressure
    Measurement("S1", "DOUBLE", "mg/dl", 30, 1000),  # total cholesterol
    Measurement("S2", "DOUBLE", "mg/dl", 5, 800),  # low-density lipoproteins
    Measurement("S3", "DOUBLE", "mg/dl", 5, 300),  # high-density lipoproteins
    Measurement("S4", "DOUBLE", "ratio", 0.5, 50),  # total cholesterol / S3
    Measurement("S5", "DOUBLE", "log(mg/dl)", 1, 10),  # log of triglycerides
    Measurement("S6", "DOUBLE", "mg/dl", 20, 1000),  # blood sugar
    Measurement("Y", "DOUBLE", "score", 0, 1000),  # progression of the disease after one year
)
TARGET = "Y"
NAMES = tuple(each.name for each in MEASUREMENTS)
HEADER = ",".join(NAMES)
SCHEMA = ", ".join(f"{each.name} {each.type}" for each in MEASUREMENTS)
MALFORMED = "_malformed"
"""Column with the text of a line that does not parse; null where it does."""
REJECTED = "_rejected"
"""Column that says whether a row does not parse or breaks a range; never null."""
_SCHEMA_READ = f"{SCHEMA}, {MALFORMED} STRING"


def read_measurements(spark: SparkSession, path: str) -> DataFrame:
    """One row per patient: :data:`SCHEMA`, :data:`MALFORMED`, :data:`REJECTED`. Missing is null.

    An empty field and NaN are missing. A file whose header names other columns fails whatever
    reads the frame: Spark would otherwise fill the columns with each other's values.
    """
    read = spark.read.csv(
        path,
        schema=_SCHEMA_READ,
        header=True,
        enforceSchema=False,
        mode="PERMISSIVE",
        columnNameOfCorruptRecord=MALFORMED,
    )
    values = [
        F.when(~F.isnan(each.name), F.col(each.name)).alias(each.name)
        if each.type == "DOUBLE"
        else F.col(each.name)
        for each in MEASUREMENTS
    ]
    return read.select(*values, MALFORMED).withColumn(REJECTED, _is_rejected())


def _is_rejected() -> Column:
    outside = (_is_outside(each, F.col(each.name)) for each in MEASUREMENTS)
    broken = reduce(or_, (F.coalesce(each, F.lit(False)) for each in outside))
    return F.col(MALFORMED).isNotNull() | broken


def rejection(row: str = "") -> Column:
    """Why a row is rejected, in words; an empty text if it is not.

    Args:
        row: name of the struct that holds the columns, if they are in one.
    """
    reasons = [
        F.when(
            _is_outside(each, _column(each.name, row)),
            F.concat(
                F.lit(f"{each.name} = "),
                _column(each.name, row),
                F.lit(f" is outside {each.minimum:g} to {each.maximum:g} {each.unit}"),
            ),
        )
        for each in MEASUREMENTS
    ]
    does_not_parse = F.when(
        _column(MALFORMED, row).isNotNull(), F.lit("the line does not match the schema")
    )
    return F.coalesce(does_not_parse, F.concat_ws("; ", *reasons))


def _column(name: str, row: str) -> Column:
    return F.col(f"{row}.{name}" if row else name)


def _is_outside(measurement: Measurement, value: Column) -> Column:
    return (value < measurement.minimum) | (value > measurement.maximum)


@dataclass(frozen=True)
class RejectedLine:
    """A line that is no row of measurements, and where it is (lines count from 1)."""

    file: str
    line_number: int
    text: str
    reason: str
    is_header: bool

    def __str__(self) -> str:
        return f"{self.file}, line {self.line_number}: {self.text!r} ({self.reason})"


def find_rejected_lines(spark: SparkSession, path: str) -> list[RejectedLine]:
    """The first few lines that are rejected, wrong headers first.

    Reads the whole input as text, because Spark's CSV reader knows no line numbers. Meant
    for naming the cause of a failed run, not for every run.
    """
    has_content = F.trim("text") != ""
    in_order = Window.partitionBy("file").orderBy("block_start", "position")
    lines = spark.read.text(path).select(
        F.regexp_replace("value", "^\ufeff", "").alias("text"),
        F.col("_metadata.file_path").alias("file"),
        F.col("_metadata.file_block_start").alias("block_start"),
        F.monotonically_increasing_id().alias("position"),
    )
    numbered = lines.select(
        "file",
        "text",
        F.row_number().over(in_order).alias("line_number"),
        F.count(F.when(has_content, 1)).over(in_order).alias("content_line_number"),
        F.from_csv(
            "text", _SCHEMA_READ, {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": MALFORMED}
        ).alias("row"),
    )
    is_header = F.col("content_line_number") == 1
    names_other_columns = F.upper(F.regexp_replace("text", r'["\s]', "")) != HEADER
    reason = F.when(is_header, F.lit(f"expected the header {HEADER}")).otherwise(rejection("row"))
    is_wrong = F.when(is_header, names_other_columns).otherwise(reason != "")
    found = (
        numbered.where(has_content & is_wrong)
        .select("file", "line_number", "text", reason.alias("why"), is_header.alias("is_header"))
        .orderBy(F.desc("is_header"), "file", "line_number")
    )
    return [
        RejectedLine(
            row.file, row.line_number, row.text[:LINE_CHARACTERS_SHOWN], row.why, row.is_header
        )
        for row in found.limit(LINES_SHOWN).collect()
    ]
