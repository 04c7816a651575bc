"""Pipeline runs over REST: submit, follow, cancel, and what their steps wrote."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import PlainTextResponse
from pydantic import Field

from localcloud.azureml import logs, submissions
from localcloud.azureml.endpoints import pipeline_of_endpoint
from localcloud.azureml.execution.graph import DataPath, Graph, GraphInterface
from localcloud.azureml.pipelines import get_pipeline, save_graph
from localcloud.azureml.scope import SCOPE, Here
from localcloud.azureml.wire import PascalWire, bad_request
from localcloud.store import JsonObject

router = APIRouter(prefix=SCOPE + "/PipelineRuns")

NodePath = Annotated[list[str], Field(min_length=1)]
"""Ids from the outermost graph to the step. Graphs have one level here: one id."""


class RunInfo(PascalWire):
    """How to run a graph."""

    description: str | None = None
    parameter_assignments: dict[str, str] | None = None
    data_path_assignments: dict[str, DataPath] | None = None
    run_source: str | None = None
    run_type: str | None = None
    tags: dict[str, str] | None = Field(default=None, alias="tags")
    properties: dict[str, str] | None = None


class GraphInfo(RunInfo):
    """How to run a graph that is posted with it."""

    continue_experiment_on_node_failure: bool | None = None


class GraphRun(PascalWire):
    """A graph to run."""

    creation_info: GraphInfo
    graph: Graph
    graph_interface: GraphInterface = Field(default_factory=GraphInterface)


class PipelineSubmission(RunInfo):
    """How to run a published pipeline."""

    experiment_name: str
    continue_run_on_step_failure: bool | None = None


@router.post("/Unsubmitted/CreationInfoWithGraph")
def create_run(
    workspace: Here, body: GraphRun, experiment: Annotated[str, Query(alias="experimentName")]
) -> JsonObject:
    """Record a run of a graph; submitting it is another call.

    Fidelity: verified (azureml-pipeline-core, Experiment.submit)
    """
    info = body.creation_info
    graph_id = save_graph(workspace, body.graph, body.graph_interface)
    request = _request(
        info,
        experiment=experiment,
        graph_id=graph_id,
        continue_on_failure=bool(info.continue_experiment_on_node_failure),
    )
    return submissions.create(workspace, request)


@router.post("/Submit/{run_id}")
def submit_run(workspace: Here, run_id: str) -> Response:
    """Start a recorded run. What localcloud can't run is refused here.

    Fidelity: verified (azureml-pipeline-core, Experiment.submit)
    """
    submissions.submit(workspace, run_id)
    return Response()


@router.post("/PipelineSubmit/{pipeline_id}")
def submit_pipeline(workspace: Here, pipeline_id: str, body: PipelineSubmission) -> JsonObject:
    """Run a published pipeline.

    Fidelity: verified (azureml-pipeline-core, PublishedPipeline.submit; a disabled pipeline is
    refused: assumed)
    """
    pipeline = get_pipeline(workspace, pipeline_id)
    if pipeline["EntityStatus"] == "Disabled":
        raise bad_request(f"pipeline {pipeline['Name']!r} ({pipeline_id}) is disabled")
    go_on = body.continue_run_on_step_failure
    request = _request(
        body,
        experiment=body.experiment_name,
        graph_id=pipeline["GraphId"],
        pipeline_id=pipeline_id,
        continue_on_failure=bool(pipeline["ContinueRunOnStepFailure"] if go_on is None else go_on),
    )
    return submissions.create_and_submit(workspace, request)


@router.post("/PipelineEndpointSubmit/Id/{endpoint_id}")
def submit_endpoint(
    workspace: Here,
    endpoint_id: str,
    body: PipelineSubmission,
    version: Annotated[str | None, Query(alias="pipelineVersion")] = None,
) -> JsonObject:
    """Run a version of the pipeline behind an endpoint.

    Fidelity: verified (azureml-pipeline-core, PipelineEndpoint.submit)
    """
    pipeline_id = pipeline_of_endpoint(workspace, endpoint_id, version)
    return submit_pipeline(workspace, pipeline_id, body)


@router.get("/Pipeline/{pipeline_id}")
def list_runs_of_pipeline(workspace: Here, pipeline_id: str) -> list[JsonObject]:
    """Runs of a published pipeline.

    Fidelity: verified (azureml-pipeline-core, PipelineRun.get_pipeline_runs)
    """
    return submissions.of_pipeline(workspace, pipeline_id)


@router.get("/{run_id}")
def get_run(workspace: Here, run_id: str) -> JsonObject:
    """A run with its state.

    Fidelity: verified (azureml-pipeline-core, PipelineRun.get_status)
    """
    return submissions.get(workspace, run_id)


@router.delete("/{run_id}/Execution")
def cancel_run(workspace: Here, run_id: str) -> Response:
    """Cancel a run; it is Canceled once Databricks has stopped.

    Fidelity: verified (azureml-pipeline-core, PipelineRun.cancel)
    """
    submissions.cancel(workspace, run_id)
    return Response()


@router.post("/{run_id}/Graph/Node/StatusCode")
def get_step_status_code(workspace: Here, run_id: str, node: NodePath) -> str:
    """State of a step, as one word.

    Fidelity: verified (azureml-pipeline-core, StepRun.get_status)
    """
    return str(submissions.step_status(workspace, run_id, node[-1])["StatusCode"])


@router.post("/{run_id}/Graph/Node/Status")
def get_step_status(workspace: Here, run_id: str, node: NodePath) -> JsonObject:
    """State of a step, with its times and its own run.

    Fidelity: verified (TaskStatus model of azureml-pipeline-core)
    """
    return submissions.step_status(workspace, run_id, node[-1])


@router.post("/{run_id}/Graph/AllNodes/Status")
def get_all_step_statuses(workspace: Here, run_id: str) -> dict[str, JsonObject]:
    """State of every step, by node id.

    Fidelity: verified (azureml-pipeline-core, PipelineRun.find_step_run)
    """
    return submissions.all_step_statuses(workspace, run_id)


@router.post("/{run_id}/Graph/AllNodes/StatusCode")
def get_all_step_status_codes(workspace: Here, run_id: str) -> dict[str, str]:
    """State of every step, as one word, by node id.

    Fidelity: assumed
    """
    statuses = submissions.all_step_statuses(workspace, run_id)
    return {node: str(status["StatusCode"]) for node, status in statuses.items()}


@router.post("/{run_id}/Outputs")
def get_step_outputs(workspace: Here, run_id: str, node: NodePath) -> dict[str, JsonObject]:
    """Where a step's outputs are; nothing before the step has started.

    Fidelity: verified (azureml-pipeline-core, StepRun.get_outputs)
    """
    return submissions.step_outputs(workspace, run_id, node[-1])


@router.get("/{run_id}/PipelineRunOutputs/{name}")
def get_run_output(workspace: Here, run_id: str, name: str) -> JsonObject:
    """Where an output of the whole pipeline is.

    Fidelity: verified (azureml-pipeline-core, PipelineRun.get_pipeline_output)
    """
    return submissions.run_output(workspace, run_id, name)


@router.post("/{run_id}/Graph/Shareable/{stream}")
def get_step_log(
    workspace: Here, run_id: str, stream: logs.Stream, node: NodePath
) -> PlainTextResponse:
    """What a step has written to a stream so far.

    Fidelity: verified (azureml-pipeline-core, StepRun.get_stdout_log; the text is assumed)
    """
    record = submissions.step_record(workspace, run_id, node[-1])
    text = "" if record is None else logs.read(workspace, record.run_id, stream)
    return PlainTextResponse(text)


def _request(
    info: RunInfo,
    *,
    experiment: str,
    graph_id: str,
    continue_on_failure: bool,
    pipeline_id: str | None = None,
) -> submissions.Request:
    return submissions.Request(
        experiment=experiment,
        graph_id=graph_id,
        pipeline_id=pipeline_id,
        description=info.description,
        values=info.parameter_assignments or {},
        paths=info.data_path_assignments or {},
        continue_on_failure=continue_on_failure,
        run_source=info.run_source,
        run_type=info.run_type,
        tags=info.tags or {},
        properties=info.properties or {},
    )
