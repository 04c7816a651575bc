# Databricks notebook source
# MAGIC %md
# MAGIC # Batch scoring
# MAGIC Reads features and a model and writes both the features and what the model predicts as
# MAGIC Parquet, with `_report.json` beside the data once all of it is there.
# MAGIC
# MAGIC * A row with a missing feature gets no prediction: it is dropped, and counted.
# MAGIC * The target `Y` need not be known; where it is, it stays beside the prediction.
# MAGIC
# MAGIC As a job, Azure Machine Learning fills the widgets. Interactively, put paths into
# MAGIC **features**, **model** and **predictions** and run all cells.

# COMMAND ----------

from typing import TYPE_CHECKING, Any

from pyspark.sql import Observation, SparkSession
from pyspark.sql import functions as F  # noqa: N812 (the name everyone knows it by)

from artifacts import check_columns, load_model, read_features
from features import FEATURES
from measurements import TARGET
from regression import PREDICTION, PREDICTORS, input_columns, predict
from step_runtime import Input, Output, Step

if TYPE_CHECKING:
    spark: Any = ...  # Databricks gives these two to every notebook
    dbutils: Any = ...

# COMMAND ----------

WIDGETS = (
    Input("features"),
    Input("model"),
    Output("predictions"),
)
REPORT_FILE = "_report.json"

# COMMAND ----------


def write_predictions(
    spark: SparkSession, features: str, model_path: str, destination: str
) -> dict[str, Any]:
    """Write the features and :data:`PREDICTION`, one row per patient; returns the row counts.

    Raises:
        NoModelError: ``model_path`` holds none.
        NoFeaturesError: ``features`` holds none, or lacks columns that the model reads.
    """
    model = load_model(spark, model_path)
    found = read_features(spark, features, PREDICTORS)
    check_columns(found, features, input_columns(model))
    if TARGET not in found.columns:
        found = found.withColumn(TARGET, F.lit(None).cast("double"))
    read = Observation()
    counted = found.observe(read, F.count(F.lit(1)).alias("rows"))
    complete = counted.dropna(subset=list(PREDICTORS))
    contract = predict(model, complete).select(*FEATURES, PREDICTION)
    contract.write.mode("overwrite").parquet(destination)
    rows_in, rows_out = read.get["rows"], spark.read.parquet(destination).count()
    return {
        "rows_in": rows_in,
        "rows_dropped": rows_in - rows_out,
        "rows_out": rows_out,
        "output": destination,
    }


def run(step: Step) -> str:
    """What the notebook does; the predictions appear whole or not at all."""
    paths = step.paths
    with step.whole("predictions"):
        report = write_predictions(
            step.spark, paths["features"], paths["model"], paths["predictions"]
        )
        text = step.write_json("predictions", REPORT_FILE, report)
    step.log({name: value for name, value in report.items() if name.startswith("rows_")})
    return text


# COMMAND ----------

# Not so when a test imports this file: then there are the functions, and no more.
if "dbutils" in globals():
    dbutils.notebook.exit(run(Step.start(spark, dbutils, WIDGETS)))
