"""Whatever a file holds: every row goes to exactly one place, and what comes out is in range."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyspark.sql import SparkSession

import feature_engineering as notebook
from measurements import MEASUREMENTS
from tests.notebooks.examples import HEADER

pytestmark = pytest.mark.spark

ODD_CELLS = st.sampled_from(
    ("", " ", "NaN", "nan", "Infinity", "-Inf", "1e400", "-0", "9" * 40, "tall", '"', '"7"', "1;2")
)


@st.composite
def lines(draw: st.DrawFn) -> str:
    """A line with usual, borderline and odd cells; sometimes with too many or too few."""
    cells = []
    for measurement in MEASUREMENTS:
        low, high = measurement.minimum, measurement.maximum
        numbers = st.integers(math.ceil(low) - 1, math.floor(high) + 1).map(str)
        cells.append(draw(st.one_of(numbers, numbers, numbers, numbers, numbers, ODD_CELLS)))
    extra = draw(st.sampled_from((0, 0, 0, 0, 1, -1)))
    return ",".join(cells[:extra] if extra < 0 else [*cells, *["1"] * extra])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    yield tmp_path_factory.mktemp("odd")


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(lines(), min_size=1, max_size=30), st.sampled_from(("\n", "\r\n")))
def test_rows_in_are_rows_quarantined_dropped_and_written(
    spark: SparkSession, folder: Path, body: list[str], end: str
) -> None:
    source, features, quarantine = folder / "in.csv", folder / "features", folder / "quarantine"
    source.write_bytes(end.join((HEADER, *body, "")).encode())

    report = notebook.write_features(spark, str(source), str(features))
    rejected = report["rows_quarantined"]
    notebook.write_quarantine(spark, str(source), str(quarantine), rejected)

    kept = report["rows_in"] - rejected
    assert kept == report["rows_dropped"] + report["rows_out"]
    written = spark.read.parquet(str(features)).collect()
    assert len(written) == report["rows_out"]
    for row in written:
        for measurement in MEASUREMENTS:
            assert measurement.minimum <= row[measurement.name] <= measurement.maximum
    reasons = [row.reason for row in spark.read.parquet(str(quarantine)).collect()]
    assert len(reasons) == rejected
    assert "" not in reasons
