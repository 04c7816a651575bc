"""The notebook on real Spark: whole rows out, counted, with the keys it is told to use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

import feature_engineering as notebook
from tests.notebooks import conftest
from tests.notebooks.conftest import NotebookRunner, Places, UndeclaredWidget
from tests.notebooks.examples import (
    FIRST,
    FIRST_MEASURED,
    FIRST_ROW,
    HEADER,
    NAME,
    OUTPUT_TYPES,
    PROJECT,
    SECOND,
    SECOND_ROW,
    rows,
)

pytestmark = pytest.mark.spark

ROW_COUNTS = ("rows_in", "rows_quarantined", "rows_dropped", "rows_out")


def counts(report: str) -> tuple[int, ...]:
    found = json.loads(report)
    return tuple(found[name] for name in ROW_COUNTS)


def test_every_complete_row_of_the_diabetes_data_is_written(
    notebooks: NotebookRunner, spark: SparkSession, places: Places
) -> None:
    source = PROJECT / "data" / "diabetes.csv"

    result = notebooks.run(NAME, places.widgets(str(source)))

    lines = [line.split(",") for line in source.read_text().splitlines()[1:]]
    measured = sorted(((*map(int, row[:2]), *map(float, row[2:])) for row in lines), key=str)
    written = spark.read.parquet(str(places.features))
    assert written.dtypes == OUTPUT_TYPES
    assert rows(written.select(HEADER.split(","))) == measured
    assert counts(result) == (442, 0, 0, 442)
    assert (places.features / "_report.json").read_text() == result
    assert len([*places.features.glob("*.parquet")]) == 1
    quarantine = spark.read.parquet(str(places.quarantine))
    assert quarantine.dtypes[:3] == [("reason", "string"), ("file", "string"), ("line", "string")]
    assert rows(quarantine) == []


def test_the_report_tells_of_each_column_what_was_missing_and_what_is_there(
    notebooks: NotebookRunner, csv: Callable[..., str], places: Places
) -> None:
    source = csv(HEADER, FIRST, FIRST.replace("32.1", ""), FIRST.replace("93.2", "NaN"), SECOND)

    report = json.loads(notebooks.run(NAME, places.widgets(source)))

    columns = {column.pop("name"): column for column in report.pop("columns")}
    assert report == {
        "rows_in": 4,
        "rows_quarantined": 0,
        "rows_dropped": 2,
        "rows_out": 2,
        "output": str(places.features),
    }
    assert list(columns) == [name for name, _ in OUTPUT_TYPES]
    assert columns["AGE"] == {"unit": "years", "nulls": 0, "min": 48, "mean": 53.5, "max": 59}
    assert columns["BMI"] == {"unit": "kg/m2", "nulls": 1, "min": 21.6, "mean": 26.85, "max": 32.1}
    assert columns["S2"]["nulls"] == 1
    assert columns["BMI_CLASS"] == {"unit": "WHO class", "nulls": 0}


def test_missing_values_become_the_median_on_request_but_never_the_target(
    notebooks: NotebookRunner, spark: SparkSession, csv: Callable[..., str], places: Places
) -> None:
    without_age, without_y = FIRST.removeprefix("59"), FIRST.removesuffix("151")
    source = csv(HEADER, FIRST, FIRST, SECOND, without_age, without_y)

    result = notebooks.run(NAME, places.widgets(source, missing="impute"))

    assert rows(spark.read.parquet(str(places.features))) == [SECOND_ROW, *3 * [FIRST_ROW]]
    assert counts(result) == (5, 0, 1, 4)


def test_rows_that_are_no_measurements_are_quarantined_with_reason_and_file(
    notebooks: NotebookRunner, spark: SparkSession, csv: Callable[..., str], places: Places
) -> None:
    unparsable, outside = FIRST.replace("32.1", "tall"), SECOND.replace("48", "480")
    csv(HEADER, FIRST, unparsable, name="in/a.csv")
    folder = Path(csv(HEADER, outside, SECOND, name="in/b.csv")).parent

    result = notebooks.run(NAME, places.widgets(str(folder), max_quarantined_share="0.5"))

    assert rows(spark.read.parquet(str(places.features))) == [SECOND_ROW, FIRST_ROW]
    assert counts(result) == (4, 2, 0, 2)
    assert rows(spark.read.parquet(str(places.quarantine))) == [
        (
            "AGE = 480 is outside 0 to 120 years",
            f"file:{folder}/b.csv",
            None,
            *(480, 1, 21.6, 87.0, 183.0, 103.2, 70.0, 3.0, 3.8918, 69.0, 75.0),
        ),
        (
            "the line does not match the schema",
            f"file:{folder}/a.csv",
            unparsable,
            *FIRST_MEASURED[:2],
            None,
            *FIRST_MEASURED[3:],
        ),
    ]


def test_the_variant_with_missing_values_loses_exactly_the_incomplete_rows(
    spark: SparkSession, places: Places
) -> None:
    source = PROJECT / "data" / "diabetes_with_missing.csv"
    complete = [line for line in source.read_text().splitlines()[1:] if all(line.split(","))]

    report = notebook.write_features(spark, str(source), str(places.features))

    kept = len(complete)
    assert [report[name] for name in ROW_COUNTS] == [442, 0, 442 - kept, kept]
    assert 0 < kept < 442


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((HEADER + "\r", FIRST + "\r"), id="windows line ends"),
        pytest.param(("\ufeff" + HEADER, FIRST), id="byte order mark"),
        pytest.param(("", HEADER, "", FIRST, ""), id="blank lines"),
        pytest.param((HEADER.lower(), FIRST), id="header in lower case"),
        pytest.param((HEADER, ",".join(f'"{v}"' for v in FIRST.split(","))), id="quoted"),
    ],
)
def test_harmless_oddities_are_read(
    lines: tuple[str, ...], spark: SparkSession, csv: Callable[..., str], places: Places
) -> None:
    notebook.write_features(spark, csv(*lines), str(places.features))

    written = spark.read.parquet(str(places.features))
    assert written.dtypes == OUTPUT_TYPES
    assert rows(written) == [FIRST_ROW]


def test_a_second_run_replaces_the_outputs(
    notebooks: NotebookRunner, spark: SparkSession, csv: Callable[..., str], places: Places
) -> None:
    for line, row in ((FIRST, FIRST_ROW), (SECOND, SECOND_ROW)):
        notebooks.run(NAME, places.widgets(csv(HEADER, line)))

        assert rows(spark.read.parquet(str(places.features))) == [row]


def test_storage_keys_come_from_the_secret_scope_under_the_names_in_the_widgets(
    spark: SparkSession, csv: Callable[..., str], places: Places, capfd: pytest.CaptureFixture[str]
) -> None:
    runner = NotebookRunner(spark, secrets={("amlscope", "in"): "key-of-input"})

    runner.run(
        NAME,
        places.widgets(
            csv(HEADER, FIRST),
            training_data_blob_config="fs.azure.account.key.in.blob.core.windows.net",
            training_data_blob_secretname="in",
        ),
    )

    assert spark.conf.get("fs.azure.account.key.in.blob.core.windows.net") == "key-of-input"
    assert "key-of" not in "".join(capfd.readouterr())


def test_a_widget_that_nobody_declared_fails_the_test_run(
    notebooks: NotebookRunner, tmp_path: Path, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    misspelt = (PROJECT / "notebooks" / f"{NAME}.py").read_text()
    misspelt = misspelt.replace(
        "    with step.whole(", '    dbutils.widgets.get("training_dada")\n    with step.whole('
    )
    (tmp_path / f"{NAME}.py").write_text(misspelt)
    monkeypatch.setattr(conftest, "NOTEBOOKS", tmp_path)

    with pytest.raises(UndeclaredWidget, match="training_dada"):
        notebooks.run(NAME, places.widgets("/in"))
