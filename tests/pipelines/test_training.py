"""The declaration: three steps, each of which reads what the earlier ones write."""

from __future__ import annotations

from pipelines.feature_engineering import feature_engineering
from pipelines.spec import NotebookStep, Pipeline, StepOutput
from pipelines.training import training
from stack_outputs import StackOutputs


def test_training_and_scoring_follow_the_features_that_they_read(stack: StackOutputs) -> None:
    (engineer,) = feature_engineering(stack).steps
    features = StepOutput(step="feature_engineering", name="features")
    assert training(stack) == Pipeline(
        name="training",
        description="A model of the diabetes data's features, and its predictions",
        steps=(
            engineer,
            NotebookStep(
                name="train",
                notebook_path="/dataopsml/3fa9c1/train",
                compute="databricks",
                cluster=engineer.cluster,
                inputs={"features": features},
                outputs={"model": "training_data"},
                parameters={"folds": "3", "holdout_share": "0.2", "seed": "20"},
            ),
            NotebookStep(
                name="batch_score",
                notebook_path="/dataopsml/3fa9c1/batch_score",
                compute="databricks",
                cluster=engineer.cluster,
                inputs={"features": features, "model": StepOutput(step="train", name="model")},
                outputs={"predictions": "training_data"},
            ),
        ),
        result=StepOutput(step="batch_score", name="predictions"),
    )
