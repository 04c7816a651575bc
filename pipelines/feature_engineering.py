"""The feature-engineering pipeline: what it is made of. Data, no logic."""

from __future__ import annotations

from pipelines.spec import DatastorePath, ExistingCluster, JobCluster, NotebookStep, Pipeline
from stack_outputs import StackOutputs


def feature_engineering(stack: StackOutputs) -> Pipeline:
    """The pipeline on what ``stack`` has deployed."""
    engineer = NotebookStep(
        name="feature_engineering",
        notebook_path=f"{stack.notebook_folder}/feature_engineering",
        compute=stack.databricks_compute_name,
        cluster=_cluster(stack),
        inputs={
            "training_data": DatastorePath(
                datastore=stack.training_datastore_name, path=stack.training_data_path
            )
        },
        outputs={
            "features": stack.training_datastore_name,
            "quarantine": stack.training_datastore_name,
        },
        parameters={"missing": "drop", "max_quarantined_share": "0.01"},
    )
    return Pipeline(
        name="feature-engineering",
        description="Features of the diabetes data as Parquet, with what was quarantined",
        steps=(engineer,),
        result=engineer.output("features"),
    )


def _cluster(stack: StackOutputs) -> JobCluster | ExistingCluster:
    """The declared cluster, if the stack has one."""
    if stack.existing_cluster_id:
        return ExistingCluster(
            cluster_id=stack.existing_cluster_id, spark_version=stack.spark_version
        )
    return JobCluster(
        instance_pool_id=stack.instance_pool_id,
        spark_version=stack.spark_version,
        num_workers=1,
    )
