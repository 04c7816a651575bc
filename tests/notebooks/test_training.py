"""Training and scoring on real Spark, with databricks-test and strict widgets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession
from pyspark.sql.functions import lit

import feature_engineering
import regression
from artifacts import NoFeaturesError, NoModelError, load_model
from step_runtime import StepError
from tests.notebooks.conftest import NotebookRunner
from tests.notebooks.examples import OUTPUT_TYPES, PROJECT

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def features(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Features of the diabetes data."""
    folder = tmp_path_factory.mktemp("features") / "features"
    feature_engineering.write_features(spark, str(PROJECT / "data" / "diabetes.csv"), str(folder))
    return folder


@pytest.fixture(scope="module")
def model(spark: SparkSession, features: Path) -> Path:
    """A model that the notebook trained, with its report."""
    folder = features.parent / "model"
    NotebookRunner(spark).run("train", {"features": str(features), "model": str(folder)})
    return folder


def test_the_model_beats_the_mean_on_rows_it_has_not_seen(model: Path) -> None:
    report = json.loads((model / "_report.json").read_text())

    metrics = report["metrics"]
    print(  # noqa: T201 (a person reads it)
        f"RMSE {metrics['rmse']:.2f}, that of the mean {metrics['rmse_of_mean']:.2f}"
    )
    assert metrics["rmse"] < 0.8 * metrics["rmse_of_mean"]
    assert metrics["mae"] < metrics["rmse"]
    assert 0.3 < metrics["r2"] < 1
    assert report["rows_in"] == 442 == report["rows_trained_on"] + report["rows_held_out"]
    errors = [each["cv_rmse"] for each in report["candidates"]]
    assert errors == sorted(errors)
    assert {each["model"] for each in report["candidates"]} == {
        "linear_regression",
        "random_forest",
    }


def test_scoring_writes_the_features_with_one_prediction_each(
    notebooks: NotebookRunner, spark: SparkSession, features: Path, model: Path, tmp_path: Path
) -> None:
    place = tmp_path / "predictions"

    result = notebooks.run(
        "batch_score",
        {"features": str(features), "model": str(model), "predictions": str(place)},
    )

    written = spark.read.parquet(str(place))
    assert written.dtypes == [*OUTPUT_TYPES, ("PREDICTION", "double")]
    expected = {"rows_in": 442, "rows_dropped": 0, "rows_out": 442, "output": str(place)}
    assert json.loads(result) == expected
    assert json.loads((place / "_report.json").read_text()) == expected
    assert written.count() == 442
    assert regression.quality(written).r2 > 0.3


def test_a_row_with_a_missing_feature_is_dropped_and_one_without_target_is_scored(
    notebooks: NotebookRunner, spark: SparkSession, features: Path, model: Path, tmp_path: Path
) -> None:
    first = spark.read.parquet(str(features)).limit(2).drop("Y")
    incomplete = first.limit(1).withColumn("BMI_CLASS", lit(None).cast("string"))
    first.unionByName(incomplete).write.parquet(str(tmp_path / "rows"))

    result = notebooks.run(
        "batch_score",
        {
            "features": str(tmp_path / "rows"),
            "model": str(model),
            "predictions": str(tmp_path / "out"),
        },
    )

    counts = json.loads(result)
    assert (counts["rows_in"], counts["rows_dropped"], counts["rows_out"]) == (3, 1, 2)
    assert [row.Y for row in spark.read.parquet(str(tmp_path / "out")).collect()] == [None, None]


def test_the_split_follows_from_values_and_seed_whatever_the_partitions(
    spark: SparkSession, features: Path
) -> None:
    rows = spark.read.parquet(str(features))

    def held_out(seed: int, partitions: int) -> list[tuple[object, ...]]:
        _, kept = regression.split(
            rows.repartition(partitions).orderBy("BMI"), holdout_share=0.2, seed=seed
        )
        return sorted(tuple(row) for row in kept.collect())

    assert held_out(1, 2) == held_out(1, 5)
    assert held_out(1, 2) != held_out(2, 2)
    assert 60 < len(held_out(1, 2)) < 120


def test_a_model_names_the_columns_that_it_reads(spark: SparkSession, model: Path) -> None:
    needed = regression.input_columns(load_model(spark, str(model)))

    assert sorted(needed) == sorted(regression.PREDICTORS)


def test_too_few_rows_are_refused_and_leave_nothing(
    notebooks: NotebookRunner, spark: SparkSession, features: Path, tmp_path: Path
) -> None:
    few, place = tmp_path / "few", tmp_path / "model"
    spark.read.parquet(str(features)).limit(20).write.parquet(str(few))

    # The notebook is run as a file: its error is of a module of its own.
    with pytest.raises(StepError, match="20 complete rows are too few"):
        notebooks.run("train", {"features": str(few), "model": str(place)})
    assert not place.exists()


@pytest.mark.parametrize(
    ("widgets", "message"),
    [
        ({"seed": "many"}, "widget 'seed': 'many' is not a whole number"),
        ({"folds": "1"}, "widget 'folds': 1 is below 2"),
        ({"holdout_share": "0.9"}, "widget 'holdout_share': 0.9 is above 0.5"),
    ],
)
def test_a_parameter_that_can_not_be_used_is_refused(
    widgets: dict[str, str], message: str, notebooks: NotebookRunner
) -> None:
    # The notebook is run as a file: its error is of a module of its own.
    with pytest.raises(StepError, match=message):
        notebooks.run("train", {"features": "/in", "model": "/out", **widgets})


def test_scoring_says_that_there_is_no_model_or_a_column_is_missing(
    notebooks: NotebookRunner, spark: SparkSession, features: Path, model: Path, tmp_path: Path
) -> None:
    without = tmp_path / "without"
    spark.read.parquet(str(features)).drop("BMI").write.parquet(str(without))
    place = {"predictions": str(tmp_path / "out")}

    with pytest.raises(NoModelError, match="holds no model: run train first"):
        notebooks.run("batch_score", {"features": str(features), "model": str(features), **place})
    with pytest.raises(NoFeaturesError, match="has no BMI "):
        notebooks.run("batch_score", {"features": str(without), "model": str(model), **place})
    with pytest.raises(NoFeaturesError, match="holds no Parquet files"):
        notebooks.run(
            "batch_score", {"features": str(tmp_path / "no"), "model": str(model), **place}
        )
    assert not (tmp_path / "out").exists()
