# Databricks notebook source
# MAGIC %md
# MAGIC # Feature engineering
# MAGIC Reads the diabetes measurements as CSV and writes features as Parquet, with
# MAGIC `_report.json` beside the data once all of it is there.
# MAGIC
# MAGIC * A row that does not parse or breaks a range goes to **quarantine**, with the reason and
# MAGIC   its file. If more than **max_quarantined_share** of the rows do, the input is not what it
# MAGIC   should be: the run fails and names lines.
# MAGIC * A header that names other columns always fails the run.
# MAGIC * A row with a missing value is dropped, or the value is the column's median, as **missing**
# MAGIC   says. The target is never made up.
# MAGIC
# MAGIC As a job, Azure Machine Learning fills the widgets. Interactively, put paths into
# MAGIC **training_data**, **features** and **quarantine** and run all cells; the other widgets may
# MAGIC stay as they are where the cluster can already read and write these paths.

# COMMAND ----------

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pyspark.sql import Column, Observation, SparkSession
from pyspark.sql import functions as F  # noqa: N812 (the name everyone knows it by)

from features import DERIVED, FEATURES, NUMBERS, complete_rows, engineer, medians
from measurements import (
    MALFORMED,
    NAMES,
    REJECTED,
    SCHEMA,
    RejectedLine,
    find_rejected_lines,
    read_measurements,
    rejection,
)
from step_runtime import Input, Output, Parameter, Step, StepError

if TYPE_CHECKING:
    spark: Any = ...  # Databricks gives these two to every notebook
    dbutils: Any = ...

# COMMAND ----------

WIDGETS = (
    Input("training_data"),
    Output("features"),
    Output("quarantine"),
    Parameter("missing", str, default="drop", choices=("drop", "impute")),
    Parameter("max_quarantined_share", float, default=0.01, minimum=0, maximum=1),
)
REPORT_FILE = "_report.json"
CSV_BYTES_PER_FILE = 256 * 2**20
"""Of input, for each file of output: about a quarter of that as Parquet. Fewer, larger files are
read faster; there is no column that readers would filter by, so none to partition by."""
ROWS_PER_FILE = 10_000_000

# COMMAND ----------


class MalformedInputError(StepError):
    """The input is not what the schema says; the message names lines."""


class NoCompleteRowsError(StepError):
    """No row of the input can be used."""


# COMMAND ----------


def quality_of_input() -> list[Column]:
    """Aggregates over :func:`read_measurements`: rows, rejected rows, missing values."""
    usable = ~F.col(REJECTED)
    return [
        F.count(F.lit(1)).alias("rows"),
        F.count_if(REJECTED).alias("rejected"),
        *(F.count_if(usable & F.col(name).isNull()).alias(f"nulls_{name}") for name in NAMES),
    ]


def quality_of_output() -> list[Column]:
    """Aggregates over the written features: rows; nulls; minimum, sum and maximum of numbers."""
    figures = {"min": F.min, "sum": F.sum, "max": F.max}
    return [
        F.count(F.lit(1)).alias("rows"),
        *(F.count_if(F.col(name).isNull()).alias(f"nulls_{name}") for name in DERIVED),
        *(of(name).alias(f"{word}_{name}") for name in NUMBERS for word, of in figures.items()),
    ]


def report(read: Mapping[str, Any], written: Mapping[str, Any], output: str) -> dict[str, Any]:
    """What went in and came out: rows, and of each column what was missing and what is there.

    ``nulls`` of a measurement are those of the usable rows of the input, before anything was
    dropped or made up; minimum, mean and maximum are those of the output.
    """
    rows_out = written["rows"]
    columns = []
    for name, unit in FEATURES.items():
        nulls = (written if name in DERIVED else read)[f"nulls_{name}"]
        column = {"name": name, "unit": unit, "nulls": nulls}
        if name in NUMBERS and rows_out:
            column["min"] = written[f"min_{name}"]
            column["mean"] = written[f"sum_{name}"] / rows_out
            column["max"] = written[f"max_{name}"]
        columns.append(column)
    return {
        "rows_in": read["rows"],
        "rows_quarantined": read["rejected"],
        "rows_dropped": read["rows"] - read["rejected"] - rows_out,
        "rows_out": rows_out,
        "output": output,
        "columns": columns,
    }


# COMMAND ----------


def write_features(
    spark: SparkSession, source: str, destination: str, *, impute: bool = False
) -> dict[str, Any]:
    """Read, keep what is usable, write Parquet; returns the :func:`report`.

    The source is read once (twice to impute); what the report says about the output is read
    from the output.

    Raises:
        MalformedInputError: the header of a file names other columns.
    """
    spark.conf.set("spark.sql.files.maxPartitionBytes", CSV_BYTES_PER_FILE)
    measurements = read_measurements(spark, source)
    read = Observation()
    usable = measurements.observe(read, *quality_of_input()).where(~F.col(REJECTED))
    try:
        if impute:
            usable = usable.fillna(medians(measurements.where(~F.col(REJECTED))))
        features = engineer(complete_rows(usable))
        features.write.mode("overwrite").option("maxRecordsPerFile", ROWS_PER_FILE).parquet(
            destination
        )
    except Exception:
        headers: list[RejectedLine] = []
        with suppress(Exception):  # of two failures the first one is the cause
            headers = [line for line in find_rejected_lines(spark, source) if line.is_header]
        if not headers:
            raise
        raise MalformedInputError(_with_lines(f"{source} has other columns", headers)) from None
    written = spark.read.schema(features.schema).parquet(destination)
    figures = written.agg(*quality_of_output()).collect()[0].asDict()
    return report(read.get, figures, destination)


def write_quarantine(spark: SparkSession, source: str, destination: str, rows: int) -> None:
    """Write the ``rows`` rejected rows: reason, file, line and values, as Parquet.

    One row per rejected row. ``line`` is its text if it does not parse; if it breaks a range,
    its values are in the columns of the measurements. Reads the source again, if there are any.
    """
    rejected = read_measurements(spark, source).where(REJECTED).limit(rows)
    contract = rejected.select(
        rejection().alias("reason"),
        F.col("_metadata.file_path").alias("file"),
        F.col(MALFORMED).alias("line"),
        *NAMES,
    )
    contract.write.mode("overwrite").parquet(destination)


def check(found: Mapping[str, Any], spark: SparkSession, source: str, max_share: float) -> None:
    """Refuse an input of which too little is usable.

    Raises:
        MalformedInputError: more than ``max_share`` of its rows are rejected.
        NoCompleteRowsError: none of its rows is complete.
    """
    rows, rejected = found["rows_in"], found["rows_quarantined"]
    if rejected > max_share * rows:
        lines = find_rejected_lines(spark, source)
        raise MalformedInputError(
            _with_lines(
                f"{source}: {rejected} of {rows} rows do not match the schema {SCHEMA} or its "
                f"ranges, more than max_quarantined_share ({max_share:g}) allows",
                lines,
            )
        )
    if not found["rows_out"]:
        raise NoCompleteRowsError(f"{source}: none of its {rows} rows is complete")


def _with_lines(text: str, lines: Sequence[RejectedLine]) -> str:
    return "\n  ".join([f"{text}:", *(str(line) for line in lines)])


def run(step: Step) -> str:
    """What the notebook does; the outputs appear whole or not at all."""
    source = step.paths["training_data"]
    with step.whole("features", "quarantine"):
        found = write_features(
            step.spark,
            source,
            step.paths["features"],
            impute=step.parameter("missing", str) == "impute",
        )
        check(found, step.spark, source, step.parameter("max_quarantined_share", float))
        rejected = found["rows_quarantined"]
        write_quarantine(step.spark, source, step.paths["quarantine"], rejected)
        text = step.write_json("features", REPORT_FILE, found)
    rows = {name: value for name, value in found.items() if name.startswith("rows_")}
    step.log(rows, columns=[column for column in found["columns"] if "mean" in column])
    return text


# COMMAND ----------

# Not so when a test imports this file: then there are the functions, and no more.
if "dbutils" in globals():
    dbutils.notebook.exit(run(Step.start(spark, dbutils, WIDGETS)))
