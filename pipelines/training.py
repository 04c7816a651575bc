"""The training pipeline: features, a model of them, and what it predicts. Data, no logic."""

from __future__ import annotations

from pipelines.feature_engineering import feature_engineering
from pipelines.spec import NotebookStep, Pipeline
from stack_outputs import StackOutputs


def training(stack: StackOutputs) -> Pipeline:
    """The pipeline on what ``stack`` has deployed."""
    (engineer,) = feature_engineering(stack).steps
    train = NotebookStep(
        name="train",
        notebook_path=f"{stack.notebook_folder}/train",
        compute=engineer.compute,
        cluster=engineer.cluster,
        inputs={"features": engineer.output("features")},
        outputs={"model": stack.training_datastore_name},
        parameters={"folds": "3", "holdout_share": "0.2", "seed": "20"},
    )
    score = NotebookStep(
        name="batch_score",
        notebook_path=f"{stack.notebook_folder}/batch_score",
        compute=engineer.compute,
        cluster=engineer.cluster,
        inputs={"features": engineer.output("features"), "model": train.output("model")},
        outputs={"predictions": stack.training_datastore_name},
    )
    return Pipeline(
        name="training",
        description="A model of the diabetes data's features, and its predictions",
        steps=(engineer, train, score),
        result=score.output("predictions"),
    )
