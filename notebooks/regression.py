"""Models of the target: candidates, their choice by cross-validation, and how good one is.

Nothing here reads or writes. One row per patient throughout. Which rows are held out and which
fold one is in follow from its values and the seed alone, not from how Spark has distributed the
rows; rows that are equal stay together, so that none is judged by its own copy.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, cast

from pyspark.ml import Model, Pipeline, PipelineModel, Transformer
from pyspark.ml.evaluation import RegressionEvaluator
from pyspark.ml.feature import OneHotEncoder, StringIndexer, VectorAssembler
from pyspark.ml.regression import LinearRegression, RandomForestRegressor
from pyspark.ml.tuning import CrossValidator
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 (the name everyone knows it by)

from features import CATEGORIES, FEATURES, NUMBERS
from measurements import TARGET

PREDICTORS = tuple(name for name in FEATURES if name != TARGET)
PREDICTION = "PREDICTION"
_FOLD = "_fold"
_VECTOR = "_vector"
_BUCKETS = 1_000_000

REGULARISATIONS = (1.0, 10.0)
"""Of ridge regression; columns are scaled to a standard deviation of 1 first."""
DEPTHS = (4,)
TREES = 40


@dataclass(frozen=True)
class Candidate:
    """A kind of model with its settings, and its error in cross-validation (unit of the target)."""

    model: str
    setting: str
    cv_rmse: float


@dataclass(frozen=True)
class Quality:
    """How good predictions are: errors in the target's unit; R² is 1 at best, 0 for the mean."""

    rmse: float
    mae: float
    r2: float


def bucket(seed: int, purpose: str) -> Column:
    """A number from 0 to a million less one, which a row's values and the seed determine."""
    values = (F.coalesce(F.col(name).cast("string"), F.lit("")) for name in FEATURES)
    return F.pmod(F.xxhash64(F.lit(seed), F.lit(purpose), *values), F.lit(_BUCKETS))


def split(rows: DataFrame, *, holdout_share: float, seed: int) -> tuple[DataFrame, DataFrame]:
    """The rows to train on, and those held out. Columns stay."""
    is_held_out = bucket(seed, "holdout") < holdout_share * _BUCKETS
    return rows.where(~is_held_out), rows.where(is_held_out)


def fold_sizes(rows: DataFrame, *, folds: int, seed: int) -> list[int]:
    """How many rows each fold holds."""
    counted = rows.groupBy(_fold(folds, seed).alias(_FOLD)).count().collect()
    found = {row[_FOLD]: row["count"] for row in counted}
    return [found.get(fold, 0) for fold in range(folds)]


def choose(rows: DataFrame, *, folds: int, seed: int) -> tuple[PipelineModel, list[Candidate]]:
    """Train every candidate, and the best of them on all rows.

    Returns:
        The best one's model, which adds :data:`PREDICTION` to rows with :data:`PREDICTORS`; and
        the candidates, the best first.
    """
    pipeline = Pipeline(stages=[])
    linear = LinearRegression(
        featuresCol=_VECTOR, labelCol=TARGET, predictionCol=PREDICTION, elasticNetParam=0.0
    )
    forest = RandomForestRegressor(
        featuresCol=_VECTOR, labelCol=TARGET, predictionCol=PREDICTION, numTrees=TREES, seed=seed
    )
    settings: list[tuple[Any, Any, float]] = [
        *((linear, linear.regParam, value) for value in REGULARISATIONS),
        *((forest, forest.maxDepth, value) for value in DEPTHS),
    ]
    folded = rows.withColumn(_FOLD, _fold(folds, seed)).cache()
    validated = CrossValidator(
        estimator=pipeline,
        estimatorParamMaps=[
            {pipeline.stages: [*_vector_stages(), regressor], setting: value}
            for regressor, setting, value in settings
        ],
        evaluator=_evaluator("rmse"),
        numFolds=folds,
        foldCol=_FOLD,
        seed=seed,
        parallelism=2,
    ).fit(folded)
    folded.unpersist()
    names = {linear: "linear_regression", forest: "random_forest"}
    candidates = [
        Candidate(names[regressor], f"{setting.name}={value:g}", rmse)
        for (regressor, setting, value), rmse in zip(settings, validated.avgMetrics, strict=True)
    ]
    best = cast("PipelineModel", validated.bestModel)  # a Pipeline was fitted
    return best, sorted(candidates, key=lambda each: each.cv_rmse)


def predict(model: PipelineModel, rows: DataFrame) -> DataFrame:
    """Add :data:`PREDICTION`, and nothing else. Grain stays."""
    return model.transform(rows).select(*rows.columns, PREDICTION)


def quality(predicted: DataFrame) -> Quality:
    """Of :data:`PREDICTION` against the target, over all rows."""
    return Quality(
        rmse=_evaluator("rmse").evaluate(predicted),
        mae=_evaluator("mae").evaluate(predicted),
        r2=_evaluator("r2").evaluate(predicted),
    )


def predict_mean(trained_on: DataFrame, rows: DataFrame) -> DataFrame:
    """Add as :data:`PREDICTION` the mean target of other rows: what a model has to beat."""
    mean = trained_on.agg(F.avg(TARGET)).collect()[0][0]
    return rows.withColumn(PREDICTION, F.lit(mean))


def input_columns(model: PipelineModel) -> list[str]:
    """The columns that a model reads and doesn't make itself, in the order of its stages."""
    made: set[str] = set()
    needed: dict[str, None] = {}
    for stage in model.stages:
        needed |= dict.fromkeys(_set_columns(stage, "inputCols", "inputCol", "featuresCol"))
        made |= set(_set_columns(stage, "outputCols", "outputCol", "predictionCol"))
    return [name for name in needed if name not in made]


def _set_columns(stage: Transformer | Model, *parameters: str) -> Iterable[str]:
    """Names of columns that a stage was given in these parameters."""
    for name in parameters:
        if stage.hasParam(name) and stage.isSet(stage.getParam(name)):
            value = stage.getOrDefault(name)
            yield from [value] if isinstance(value, str) else value


def _fold(folds: int, seed: int) -> Column:
    return (bucket(seed, "fold") % folds).cast("int")


def _vector_stages() -> list[StringIndexer | OneHotEncoder | VectorAssembler]:
    # A class that no training row has becomes one of its own, instead of failing the scoring.
    codes, flags = ([f"_{kind}_{name}" for name in CATEGORIES] for kind in ("code", "flags"))
    numbers = [name for name in NUMBERS if name != TARGET]
    return [
        StringIndexer(
            inputCols=list(CATEGORIES),
            outputCols=codes,
            handleInvalid="keep",
            stringOrderType="alphabetAsc",
        ),
        OneHotEncoder(inputCols=codes, outputCols=flags),
        VectorAssembler(inputCols=[*numbers, *flags], outputCol=_VECTOR),
    ]


def _evaluator(metric: Literal["rmse", "mae", "r2"]) -> RegressionEvaluator:
    return RegressionEvaluator(predictionCol=PREDICTION, labelCol=TARGET, metricName=metric)
