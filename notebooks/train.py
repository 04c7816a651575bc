# Databricks notebook source
# MAGIC %md
# MAGIC # Training
# MAGIC Learns to predict the target `Y` from the features and writes the model, with
# MAGIC `_report.json` beside it once all of it is there.
# MAGIC
# MAGIC * Ridge regression and a random forest compete in cross-validation over **folds** parts; the
# MAGIC   one with the smallest error (RMSE) is trained on all of these rows.
# MAGIC * A share of the rows, **holdout_share**, takes no part in this. The model is judged by it,
# MAGIC   beside the error of always predicting the mean.
# MAGIC * The same features and **seed** give the same model.
# MAGIC
# MAGIC As a job, Azure Machine Learning fills the widgets. Interactively, put paths into
# MAGIC **features** and **model** and run all cells.

# COMMAND ----------

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame, SparkSession

from artifacts import read_features
from features import FEATURES
from regression import choose, fold_sizes, predict, predict_mean, quality, split
from step_runtime import Input, Output, Parameter, Step, StepError

if TYPE_CHECKING:
    spark: Any = ...  # Databricks gives these two to every notebook
    dbutils: Any = ...

# COMMAND ----------

WIDGETS = (
    Input("features"),
    Output("model"),
    Parameter("folds", int, default=3, minimum=2, maximum=20),
    Parameter("holdout_share", float, default=0.2, minimum=0.05, maximum=0.5),
    Parameter("seed", int, default=20),
)
REPORT_FILE = "_report.json"
MINIMUM_ROWS = 10
"""In each fold and in the hold-out: an error over fewer rows says nothing."""

# COMMAND ----------


class TooFewRowsError(StepError):
    """There is too little to learn from, or to judge by."""


# COMMAND ----------


def check_sizes(holdout: int, folds: list[int], source: str) -> None:
    """Refuse too few rows.

    Raises:
        TooFewRowsError: says how many there are, and what would help.
    """
    if min(holdout, *folds) < MINIMUM_ROWS:
        raise TooFewRowsError(
            f"{source}: {holdout + sum(folds)} complete rows are too few: {holdout} are held out "
            f"and the folds hold {', '.join(map(str, folds))}, {MINIMUM_ROWS} are needed in each; "
            "give more rows, fewer folds or another holdout_share"
        )


def train(
    spark: SparkSession, source: str, *, folds: int, holdout_share: float, seed: int
) -> tuple[PipelineModel, dict[str, Any]]:
    """The chosen model, and the report about it.

    Raises:
        NoFeaturesError: ``source`` holds no features.
        TooFewRowsError: it holds too few.
    """
    found = read_features(spark, source, FEATURES).select(*FEATURES)
    complete = found.dropna().cache()
    to_train, holdout = split(complete, holdout_share=holdout_share, seed=seed)
    rows_in, rows_holdout = found.count(), holdout.count()
    sizes = fold_sizes(to_train, folds=folds, seed=seed)
    check_sizes(rows_holdout, sizes, source)
    model, candidates = choose(to_train, folds=folds, seed=seed)
    rows = {
        "rows_in": rows_in,
        "rows_dropped": rows_in - rows_holdout - sum(sizes),
        "rows_trained_on": sum(sizes),
        "rows_held_out": rows_holdout,
    }
    return model, {
        **rows,
        "metrics": judge(model, to_train, holdout),
        "candidates": [asdict(each) for each in candidates],
    }


def judge(model: PipelineModel, trained_on: DataFrame, holdout: DataFrame) -> dict[str, float]:
    """Errors on rows that the model has not seen, and that of the mean of those it has."""
    mean = quality(predict_mean(trained_on, holdout))
    return {**asdict(quality(predict(model, holdout))), "rmse_of_mean": mean.rmse}


def run(step: Step) -> str:
    """What the notebook does; the model appears whole or not at all."""
    destination = step.paths["model"]
    with step.whole("model"):
        model, report = train(
            step.spark,
            step.paths["features"],
            folds=step.parameter("folds", int),
            holdout_share=step.parameter("holdout_share", float),
            seed=step.parameter("seed", int),
        )
        model.write().overwrite().save(destination)
        text = step.write_json("model", REPORT_FILE, {**report, "output": destination})
    rows = {name: value for name, value in report.items() if name.startswith("rows_")}
    best = report["candidates"][0]
    step.tag({"model": best["model"], "model_setting": best["setting"]})
    step.log({**report["metrics"], **rows}, candidates=report["candidates"])
    return text


# COMMAND ----------

# Not so when a test imports this file: then there are the functions, and no more.
if "dbutils" in globals():
    dbutils.notebook.exit(run(Step.start(spark, dbutils, WIDGETS)))
