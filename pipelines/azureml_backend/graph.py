"""Translates a declared pipeline into the SDK's objects.

Reuse of earlier results is off unless a step declares it: a run is asked for because it shall run.
"""

from __future__ import annotations

from typing import Any

from pipelines.azureml_backend import sdk
from pipelines.errors import ServiceError
from pipelines.spec import (
    DatastorePath,
    ExistingCluster,
    JobCluster,
    NotebookStep,
    Pipeline,
    StepOutput,
)


class GraphBuilder:
    """Builds one pipeline; what steps share (an output, a parameter) is made once."""

    def __init__(self, workspace: Any) -> None:
        self._workspace = workspace
        self._datastores: dict[str, Any] = {}
        self._outputs: dict[StepOutput, Any] = {}
        self._parameters: dict[str, Any] = {}

    def build(self, pipeline: Pipeline) -> Any:
        """The SDK's pipeline, validated by the SDK."""
        from azureml.pipeline.core import Pipeline as AzureMlPipeline

        with sdk.call(f"build pipeline {pipeline.name!r}"):
            steps = [self._step(step) for step in pipeline.steps]
            built = AzureMlPipeline(self._workspace, steps=steps, description=pipeline.description)
            problems = built.validate()
        if problems:
            raise ServiceError(f"Azure ML finds pipeline {pipeline.name!r} not valid: {problems}")
        return built

    def data_path(self, name: str, source: DatastorePath) -> Any:
        """The path as a value that a run can replace.

        It must carry the input's name: the SDK would otherwise make one up, and the notebook
        finds the path in the widget of that name.
        """
        from azureml.data.datapath import DataPath

        return DataPath(self._datastore(source.datastore), source.path, name=name)

    def _datastore(self, name: str) -> Any:
        from azureml.core import Datastore

        if name not in self._datastores:
            self._datastores[name] = Datastore.get(self._workspace, name)
        return self._datastores[name]

    def _step(self, step: NotebookStep) -> Any:
        from azureml.core.compute import DatabricksCompute
        from azureml.pipeline.core import PipelineData
        from azureml.pipeline.steps import DatabricksStep

        outputs = {
            step.output(name): PipelineData(name, datastore=self._datastore(datastore))
            for name, datastore in step.outputs.items()
        }
        self._outputs |= outputs
        return DatabricksStep(
            name=step.name,
            run_name=step.name,
            notebook_path=step.notebook_path,
            notebook_params={
                name: self._parameter(name, default) for name, default in step.parameters.items()
            },
            inputs=[self._input(name, source) for name, source in step.inputs.items()],
            outputs=list(outputs.values()),
            compute_target=DatabricksCompute(self._workspace, step.compute),
            **_cluster(step.cluster),
            timeout_seconds=step.timeout_seconds,
            allow_reuse=step.reuse,
        )

    def _input(self, name: str, source: DatastorePath | StepOutput) -> Any:
        from azureml.data.datapath import DataPathComputeBinding

        if isinstance(source, StepOutput):
            return self._outputs[source].as_input(name)
        return self._parameter(name, self.data_path(name, source)), DataPathComputeBinding()

    def _parameter(self, name: str, default: Any) -> Any:
        from azureml.pipeline.core import PipelineParameter

        return self._parameters.setdefault(name, PipelineParameter(name, default))


def _cluster(cluster: JobCluster | ExistingCluster) -> dict[str, str | int]:
    """The step's arguments that say where it runs. The SDK refuses a mixture of both kinds."""
    if isinstance(cluster, ExistingCluster):
        return {"existing_cluster_id": cluster.cluster_id}
    return {
        "instance_pool_id": cluster.instance_pool_id,
        "spark_version": cluster.spark_version,
        "num_workers": cluster.num_workers,
    }
