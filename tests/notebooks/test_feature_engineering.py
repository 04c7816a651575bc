"""The notebook on real Spark: whole rows out, counted, with the keys it is told to use."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
from pyspark.sql import SparkSession

from tests.notebooks import conftest
from tests.notebooks.conftest import NotebookRunner, UndeclaredWidget
from tests.notebooks.examples import (
    FIRST,
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


def test_every_complete_row_of_the_diabetes_data_is_written(
    notebooks: NotebookRunner, spark: SparkSession, features: Path
) -> None:
    source = PROJECT / "data" / "diabetes.csv"

    result = notebooks.run(NAME, {"training_data": str(source), "features": str(features)})

    measured = [line.split(",") for line in source.read_text().splitlines()[1:]]
    written = spark.read.parquet(str(features))
    assert written.dtypes == OUTPUT_TYPES
    assert rows(written) == sorted((*map(int, row[:2]), *map(float, row[2:])) for row in measured)
    assert json.loads(result) == {
        "rows_in": 442,
        "rows_dropped": 0,
        "rows_out": 442,
        "output": str(features),
    }
    assert (features / "_report.json").read_text() == result


def test_rows_with_a_missing_value_are_dropped_and_counted(
    notebooks: NotebookRunner, spark: SparkSession, csv: Callable[..., str], features: Path
) -> None:
    source = csv(HEADER, FIRST, FIRST.replace("32.1", ""), FIRST.replace("93.2", "NaN"), SECOND)

    result = notebooks.run(NAME, {"training_data": source, "features": str(features)})

    assert rows(spark.read.parquet(str(features))) == [SECOND_ROW, FIRST_ROW]
    assert json.loads(result) == {
        "rows_in": 4,
        "rows_dropped": 2,
        "rows_out": 2,
        "output": str(features),
    }


def test_the_variant_with_missing_values_loses_exactly_the_incomplete_rows(
    spark: SparkSession, notebook: ModuleType, features: Path
) -> None:
    source = PROJECT / "data" / "diabetes_with_missing.csv"
    complete = [line for line in source.read_text().splitlines()[1:] if all(line.split(","))]

    report = notebook.write_features(spark, str(source), str(features))

    assert report == notebook.Report(442, 442 - len(complete), len(complete), str(features))
    assert 0 < len(complete) < 442


def test_complete_rows_keeps_columns_in_the_order_of_the_contract(
    spark: SparkSession, notebook: ModuleType
) -> None:
    columns = list(reversed(notebook.COLUMNS))
    frame = spark.createDataFrame(
        [tuple(reversed(FIRST_ROW)), (None, *tuple(reversed(FIRST_ROW))[1:])], columns
    )

    kept = notebook.complete_rows(frame)

    assert kept.columns == list(notebook.COLUMNS)
    assert rows(kept) == [FIRST_ROW]


def test_a_folder_of_files_is_one_input(
    notebook: ModuleType, spark: SparkSession, csv: Callable[..., str], features: Path
) -> None:
    csv(HEADER, FIRST, name="in/a.csv")
    folder = Path(csv(HEADER, SECOND, name="in/b.csv")).parent

    notebook.write_features(spark, str(folder), str(features))

    assert rows(spark.read.parquet(str(features))) == [SECOND_ROW, FIRST_ROW]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param((HEADER + "\r", FIRST + "\r"), id="windows line ends"),
        pytest.param(("\ufeff" + HEADER, FIRST), id="byte order mark"),
        pytest.param(("", HEADER, "", FIRST, ""), id="blank lines"),
        pytest.param((HEADER.lower(), FIRST), id="header in lower case"),
    ],
)
def test_harmless_oddities_are_read(
    lines: tuple[str, ...],
    notebook: ModuleType,
    spark: SparkSession,
    csv: Callable[..., str],
    features: Path,
) -> None:
    notebook.write_features(spark, csv(*lines), str(features))

    written = spark.read.parquet(str(features))
    assert written.dtypes == OUTPUT_TYPES
    assert rows(written) == [FIRST_ROW]


def test_a_second_run_replaces_the_output(
    notebooks: NotebookRunner, spark: SparkSession, csv: Callable[..., str], features: Path
) -> None:
    for line, row in ((FIRST, FIRST_ROW), (SECOND, SECOND_ROW)):
        source = csv(HEADER, line)
        notebooks.run(NAME, {"training_data": source, "features": str(features)})

        assert rows(spark.read.parquet(str(features))) == [row]


def test_storage_keys_come_from_the_secret_scope_under_the_names_in_the_widgets(
    spark: SparkSession, csv: Callable[..., str], features: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    runner = NotebookRunner(
        spark, secrets={("amlscope", "in"): "key-of-input", ("amlscope", "out"): "key-of-output"}
    )

    runner.run(
        NAME,
        {
            "training_data": csv(HEADER, FIRST),
            "training_data_blob_config": "fs.azure.account.key.in.blob.core.windows.net",
            "training_data_blob_secretname": "in",
            "features": str(features),
            "features_blob_config": "fs.azure.account.key.out.blob.core.windows.net",
            "features_blob_secretname": "out",
        },
    )

    assert spark.conf.get("fs.azure.account.key.in.blob.core.windows.net") == "key-of-input"
    assert spark.conf.get("fs.azure.account.key.out.blob.core.windows.net") == "key-of-output"
    assert "key-of" not in "".join(capfd.readouterr())


def test_a_widget_that_nobody_declared_fails_the_test_run(
    notebooks: NotebookRunner, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    misspelt = (PROJECT / "notebooks" / f"{NAME}.py").read_text()
    misspelt = misspelt.replace(
        "    with step.whole(", '    dbutils.widgets.get("training_dada")\n    with step.whole('
    )
    (tmp_path / f"{NAME}.py").write_text(misspelt)
    monkeypatch.setattr(conftest, "NOTEBOOKS", tmp_path)

    with pytest.raises(UndeclaredWidget, match="training_dada"):
        notebooks.run(NAME, {"training_data": "/in", "features": "/out"})
