"""The declaration: exactly this, from exactly these outputs."""

from __future__ import annotations

from dataclasses import replace

from pipelines.feature_engineering import feature_engineering
from pipelines.spec import (
    DatastorePath,
    ExistingCluster,
    JobCluster,
    NotebookStep,
    Pipeline,
    StepOutput,
)
from stack_outputs import StackOutputs


def test_the_pipeline_is_one_notebook_step_on_the_stacks_own_names(stack: StackOutputs) -> None:
    assert feature_engineering(stack) == Pipeline(
        name="feature-engineering",
        description="Features of the diabetes data as Parquet, with what was quarantined",
        steps=(
            NotebookStep(
                name="feature_engineering",
                notebook_path="/dataopsml/3fa9c1/feature_engineering",
                compute="databricks",
                cluster=JobCluster(
                    instance_pool_id="pool-1", spark_version="15.4.x-scala2.12", num_workers=1
                ),
                inputs={
                    "training_data": DatastorePath(datastore="training_data", path="diabetes.csv")
                },
                outputs={"features": "training_data", "quarantine": "training_data"},
                parameters={"missing": "drop", "max_quarantined_share": "0.01"},
            ),
        ),
        result=StepOutput(step="feature_engineering", name="features"),
    )


def test_the_step_runs_on_the_declared_cluster_if_there_is_one(stack: StackOutputs) -> None:
    (step,) = feature_engineering(replace(stack, existing_cluster_id="0101-1")).steps
    assert step.cluster == ExistingCluster(cluster_id="0101-1", spark_version="15.4.x-scala2.12")
