"""Reads what earlier steps wrote: features, and a model. Says what is wrong if it isn't there."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pyspark.errors import AnalysisException
from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame, SparkSession

from step_runtime import StepError

_MODEL_CLASS = "org.apache.spark.ml.PipelineModel"
_NOT_THERE = ("PATH_NOT_FOUND", "UNABLE_TO_INFER_SCHEMA")


class NoFeaturesError(StepError):
    """The folder holds no features, or not all of them."""


class NoModelError(StepError):
    """The folder holds no model."""


def read_features(spark: SparkSession, path: str, columns: Iterable[str]) -> DataFrame:
    """The Parquet files at ``path``: one row per patient.

    Raises:
        NoFeaturesError: there are none, or they lack some of ``columns``.
    """
    try:
        rows = spark.read.parquet(path)
    except AnalysisException as error:
        if error.getErrorClass() not in _NOT_THERE:
            raise
        raise NoFeaturesError(
            f"{path} holds no Parquet files: run feature_engineering first, and give its output "
            "'features'"
        ) from None
    check_columns(rows, path, columns)
    return rows


def check_columns(rows: DataFrame, path: str, columns: Iterable[str]) -> None:
    """Refuse features that lack some of ``columns``.

    Raises:
        NoFeaturesError: names them.
    """
    if missing := [name for name in columns if name not in rows.columns]:
        raise NoFeaturesError(
            f"{path} has no {', '.join(missing)} (it has {', '.join(rows.columns)}): make the "
            "features anew with this version of feature_engineering"
        )


def load_model(spark: SparkSession, path: str) -> PipelineModel:
    """The model that ``train`` wrote to ``path``.

    Raises:
        NoModelError: there is none.
    """
    try:
        metadata = spark.read.text(f"{path}/metadata").collect()
    except AnalysisException as error:
        if error.getErrorClass() not in _NOT_THERE:
            raise
        metadata = []
    if not metadata or not _is_model(metadata[0].value):
        raise NoModelError(f"{path} holds no model: run train first, and give its output 'model'")
    return PipelineModel.load(path)


def _is_model(text: str) -> bool:
    try:
        return bool(json.loads(text)["class"] == _MODEL_CLASS)
    except (ValueError, LookupError, TypeError):
        return False
