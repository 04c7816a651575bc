"""The features: the contract of every step that reads or writes them, and how they are made.

Pure functions of data frames; nothing here reads or writes. One row per patient throughout.
"""

from __future__ import annotations

from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 (the name everyone knows it by)

from measurements import MEASUREMENTS, NAMES, TARGET

CATEGORIES = {"BMI_CLASS": "WHO class", "AGE_BAND": "years"}
DERIVED = {**CATEGORIES, "S1_S3": "ratio", "BMI_BP": "kg/m2 mmHg"}
FEATURES = {**{each.name: each.unit for each in MEASUREMENTS}, **DERIVED}
"""Columns in order, and their units. Downstream steps read these and no others."""

NUMBERS = tuple(name for name in FEATURES if name not in CATEGORIES)


def with_bmi_class(rows: DataFrame) -> DataFrame:
    """Add ``BMI_CLASS``, the WHO's class of ``BMI`` (kg/m2). Columns and grain stay."""
    bmi = F.col("BMI")
    classes = (
        F.when(bmi < 18.5, "underweight")
        .when(bmi < 25, "normal")
        .when(bmi < 30, "overweight")
        .when(bmi.isNotNull(), "obese")
    )
    return rows.withColumn("BMI_CLASS", classes)


def with_age_band(rows: DataFrame) -> DataFrame:
    """Add ``AGE_BAND``, 15 years of ``AGE`` (years) as text, e.g. ``45-59``. Grain stays."""
    begin = (F.floor(F.col("AGE") / 15) * 15).cast("int")
    return rows.withColumn("AGE_BAND", F.concat(begin, F.lit("-"), begin + 14))


def with_cholesterol_ratio(rows: DataFrame) -> DataFrame:
    """Add ``S1_S3``, ``S1`` / ``S3`` (both mg/dl), null unless ``S3`` > 0. Grain stays."""
    return rows.withColumn("S1_S3", F.when(F.col("S3") > 0, F.col("S1") / F.col("S3")))


def with_bmi_times_pressure(rows: DataFrame) -> DataFrame:
    """Add ``BMI_BP``, ``BMI`` (kg/m2) * ``BP`` (mmHg): they act together. Grain stays."""
    return rows.withColumn("BMI_BP", F.col("BMI") * F.col("BP"))


def complete_rows(rows: DataFrame) -> DataFrame:
    """The rows in which no measurement is missing. Columns and grain stay."""
    return rows.dropna(how="any", subset=list(NAMES))


def engineer(measurements: DataFrame) -> DataFrame:
    """The features of complete measurements: exactly :data:`FEATURES`, one row per patient."""
    steps = (with_bmi_class, with_age_band, with_cholesterol_ratio, with_bmi_times_pressure)
    return reduce(lambda rows, step: step(rows), steps, measurements).select(*FEATURES)


def medians(measurements: DataFrame) -> dict[str, bool | float | int | str]:
    """The median of each column but the target's, over the rows where it is there.

    Reads the frame once. A column without any value is left out.
    """
    predictors = [each for each in MEASUREMENTS if each.name != TARGET]
    found = measurements.agg(
        *(F.percentile_approx(each.name, 0.5).alias(each.name) for each in predictors)
    ).collect()[0]
    return {name: value for name, value in found.asDict().items() if value is not None}
