"""Derived features, each as a pure function on whole rows."""

from __future__ import annotations

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 (the name everyone knows it by)

import features
from tests.notebooks.examples import FIRST_MEASURED, FIRST_ROW, OUTPUT_TYPES, rows

pytestmark = pytest.mark.spark


def derived(spark: SparkSession, schema: str, values: list[object], function: str) -> DataFrame:
    made: DataFrame = getattr(features, function)(
        spark.createDataFrame([v if isinstance(v, tuple) else (v,) for v in values], schema)
    )
    return made


def test_the_who_classes_begin_at_their_bounds(spark: SparkSession) -> None:
    bmi: list[object] = [18.49, 18.5, 24.99, 25.0, 29.99, 30.0, None]

    made = derived(spark, "BMI DOUBLE", bmi, "with_bmi_class")

    assert [tuple(row) for row in made.collect()] == [
        (18.49, "underweight"),
        (18.5, "normal"),
        (24.99, "normal"),
        (25.0, "overweight"),
        (29.99, "overweight"),
        (30.0, "obese"),
        (None, None),
    ]


def test_age_bands_are_15_years_wide(spark: SparkSession) -> None:
    made = derived(spark, "AGE INT", [0, 14, 15, 59, 60, 120, None], "with_age_band")

    assert [tuple(row) for row in made.collect()] == [
        (0, "0-14"),
        (14, "0-14"),
        (15, "15-29"),
        (59, "45-59"),
        (60, "60-74"),
        (120, "120-134"),
        (None, None),
    ]


def test_the_cholesterol_ratio_needs_a_positive_s3(spark: SparkSession) -> None:
    values: list[object] = [(150.0, 50.0), (150.0, 0.0), (150.0, -1.0), (None, 50.0), (150.0, None)]

    made = derived(spark, "S1 DOUBLE, S3 DOUBLE", values, "with_cholesterol_ratio")

    assert [row.S1_S3 for row in made.collect()] == [3.0, None, None, None, None]


def test_bmi_and_pressure_are_multiplied(spark: SparkSession) -> None:
    made = derived(spark, "BMI DOUBLE, BP DOUBLE", [(20.5, 100.0)], "with_bmi_times_pressure")

    assert [tuple(row) for row in made.collect()] == [(20.5, 100.0, 2050.0)]


def test_the_output_is_the_contract_whatever_order_and_columns_come_in(spark: SparkSession) -> None:
    names = list(reversed(OUTPUT_TYPES[:11]))
    schema = ", ".join(f"{name} {type_}" for name, type_ in names)
    frame = spark.createDataFrame([(*reversed(FIRST_MEASURED), 1)], f"{schema}, other INT")

    made = features.engineer(frame)

    assert made.dtypes == OUTPUT_TYPES
    assert list(features.FEATURES) == made.columns
    assert rows(made) == [FIRST_ROW]


def test_medians_leave_out_the_target_and_columns_without_values(spark: SparkSession) -> None:
    schema = ", ".join(f"{name} {type_}" for name, type_ in OUTPUT_TYPES[:11])
    one: list[float | None] = [*FIRST_MEASURED]
    two = one.copy()
    one[0], two[0], two[2] = 50, 51, None
    three = [52, *[None] * 10]
    frame = spark.createDataFrame([tuple(one), tuple(two), tuple(three)], schema)

    found = features.medians(frame.withColumn("S6", F.lit(None).cast("double")))

    assert found == {
        **dict(zip(("AGE", "SEX", "BMI", "BP"), (51, 2, 32.1, 101.0), strict=True)),
        **dict(zip(("S1", "S2", "S3", "S4", "S5"), FIRST_MEASURED[4:9], strict=True)),
    }
