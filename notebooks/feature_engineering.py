# Databricks notebook source
# MAGIC %md
# MAGIC # Feature engineering
# MAGIC Reads the diabetes measurements as CSV, drops the rows in which a value is missing and
# MAGIC writes the rest as Parquet, with `_report.json` beside the data once all of it is there.
# MAGIC
# MAGIC As a job, Azure Machine Learning fills the widgets. Interactively, put two paths into
# MAGIC **training_data** and **features** and run all cells; the other widgets may stay empty
# MAGIC where the cluster can already read and write these paths.
# MAGIC
# MAGIC It deliberately does not repair data: a line that is not what the schema says fails the
# MAGIC run, is named, and nothing is left that looks like output. A model trained on rows that
# MAGIC were guessed is worse than no model.

# COMMAND ----------

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame, Observation, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 (the name everyone knows it by)

from step_runtime import Input, Output, Step, StepError

if TYPE_CHECKING:
    spark: Any = ...  # Databricks gives these two to every notebook
    dbutils: Any = ...

# COMMAND ----------

INPUT = "training_data"
OUTPUT = "features"
WIDGETS = (Input("training_data"), Output("features"))
REPORT_FILE = "_report.json"
MALFORMED_LINES_SHOWN = 5
LINE_CHARACTERS_SHOWN = 200

# Names in file order; units as measured, e.g. AGE in years, BMI in kg/m2 (SEX is coded 1 or 2).
COLUMNS = {
    "AGE": "INT",
    "SEX": "INT",
    "BMI": "DOUBLE",
    "BP": "DOUBLE",
    "S1": "DOUBLE",
    "S2": "DOUBLE",
    "S3": "DOUBLE",
    "S4": "DOUBLE",
    "S5": "DOUBLE",
    "S6": "DOUBLE",
    "Y": "DOUBLE",
}
HEADER = ",".join(COLUMNS)
SCHEMA = ", ".join(f"{name} {type_}" for name, type_ in COLUMNS.items())

# COMMAND ----------


class FeatureEngineeringError(StepError):
    """The run can't produce features; the message says why and what would help."""


class MalformedInputError(FeatureEngineeringError):
    """Lines of the input are not what the schema says; the message names them."""


class NoFeaturesError(FeatureEngineeringError):
    """The input holds no complete row."""


@dataclass(frozen=True)
class MalformedLine:
    """A line that the schema does not allow, and where it is (lines count from 1)."""

    file: str
    line_number: int
    text: str
    is_header: bool

    def __str__(self) -> str:
        place = f"{self.file}, line {self.line_number}"
        if self.is_header:
            return f"{place}: expected the header {HEADER!r}, found {self.text!r}"
        return f"{place}: {self.text!r}"


@dataclass(frozen=True)
class Report:
    """What a run did: rows read, dropped and written, and where the output is."""

    rows_in: int
    rows_dropped: int
    rows_out: int
    output: str

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)


# COMMAND ----------


def read_measurements(spark: SparkSession, path: str) -> DataFrame:
    """One row per patient, in :data:`SCHEMA`; an empty field is null.

    Reading fails on the first line that does not match the schema, and on a file whose
    header names other columns: Spark would otherwise turn both into wrong or null values.
    """
    return spark.read.csv(path, schema=SCHEMA, header=True, enforceSchema=False, mode="FAILFAST")


def complete_rows(measurements: DataFrame) -> DataFrame:
    """The rows without a missing value (null or NaN). Columns and grain stay as they are."""
    return measurements.dropna(how="any").select(*COLUMNS)


def find_malformed_lines(spark: SparkSession, path: str) -> list[MalformedLine]:
    """The first few lines of each file that do not match the schema.

    Reads the whole input as text, because Spark's CSV reader knows no line numbers. Meant
    for naming the cause of a failed run, not for every run.
    """
    has_content = F.trim("text") != ""
    in_order = Window.partitionBy("file").orderBy("block_start", "position")
    lines = spark.read.text(path).select(
        F.col("value").alias("text"),
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
            "text",
            f"{SCHEMA}, _malformed STRING",
            {"mode": "PERMISSIVE", "columnNameOfCorruptRecord": "_malformed"},
        ).alias("row"),
    )
    is_header = F.col("content_line_number") == 1
    names_other_columns = F.upper(F.regexp_replace("text", r'["\s]', "")) != HEADER
    is_malformed = F.when(is_header, names_other_columns).otherwise(
        F.col("row._malformed").isNotNull()
    )
    found = numbered.where(has_content & is_malformed).orderBy("file", "line_number")
    return [
        MalformedLine(
            file=row.file,
            line_number=row.line_number,
            text=row.text[:LINE_CHARACTERS_SHOWN],
            is_header=row.content_line_number == 1,
        )
        for row in found.limit(MALFORMED_LINES_SHOWN).collect()
    ]


def write_features(spark: SparkSession, source: str, destination: str) -> Report:
    """Read, keep the complete rows, write Parquet; the source is read once.

    Rows are counted while they pass, and a malformed line fails the write itself, so Spark's
    committer never marks the output as complete.

    Raises:
        MalformedInputError: a line or header does not match the schema.
        NoFeaturesError: no row is complete.
    """
    read, written = Observation("read"), Observation("written")
    rows = F.count(F.lit(1)).alias("rows")
    measurements = read_measurements(spark, source).observe(read, rows)
    features = complete_rows(measurements).observe(written, rows)
    try:
        features.write.mode("overwrite").parquet(destination)
    except Exception:
        malformed = find_malformed_lines(spark, source)
        if not malformed:
            raise
        raise MalformedInputError(
            f"{source} does not match the schema {SCHEMA}:\n  "
            + "\n  ".join(str(line) for line in malformed)
        ) from None
    rows_in, rows_out = read.get["rows"], written.get["rows"]
    if not rows_out:
        raise NoFeaturesError(f"{source}: none of its {rows_in} rows is complete")
    return Report(rows_in, rows_in - rows_out, rows_out, destination)


# COMMAND ----------


def run(step: Step) -> Report:
    """What the notebook does; the output appears whole or not at all."""
    with step.whole(OUTPUT):
        report = write_features(step.spark, step.paths[INPUT], step.paths[OUTPUT])
        step.write_json(OUTPUT, REPORT_FILE, asdict(report))
    return report


# COMMAND ----------

# Not so when a test imports this file: then there are the functions, and no more.
if "dbutils" in globals():
    dbutils.notebook.exit(run(Step.start(spark, dbutils, WIDGETS)).to_json())
