"""Published pipelines and the graphs behind them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from pydantic import Field

from localcloud.azureml.execution.graph import Graph, GraphInterface
from localcloud.azureml.scope import SCOPE, Here, Kind, Workspace
from localcloud.azureml.wire import PascalWire, bad_request, new_id, now
from localcloud.store import JsonObject

PIPELINES_API = "/pipelines/v1.0"
STATUSES = ("Active", "Deprecated", "Disabled")

router = APIRouter(prefix=SCOPE)


class PipelineBody(PascalWire):
    """A pipeline to publish."""

    name: str
    description: str | None = None
    version: str | None = None
    graph: Graph
    graph_interface: GraphInterface = Field(default_factory=GraphInterface)
    continue_run_on_step_failure: bool | None = None
    properties: dict[str, Any] | None = None


def save_graph(workspace: Workspace, graph: Graph, interface: GraphInterface) -> str:
    """Keep a graph; returns its id."""
    graph_id = new_id()
    stored = {"graph": graph.as_sent(), "interface": interface.as_sent(), "created": now()}
    workspace.put(Kind.GRAPH, graph_id, stored)
    return graph_id


def load_graph(workspace: Workspace, graph_id: str) -> tuple[Graph, GraphInterface]:
    """A graph and its interface."""
    stored = workspace.require(Kind.GRAPH, graph_id, "graph")
    return (
        Graph.model_validate(stored["graph"]),
        GraphInterface.model_validate(stored["interface"]),
    )


@router.get("/Graphs/{graph_id}")
def get_graph(workspace: Here, graph_id: str) -> JsonObject:
    """A graph as it was posted.

    Fidelity: verified (azureml-pipeline-core, PipelineRun.get_graph)
    """
    stored = workspace.require(Kind.GRAPH, graph_id, "graph")
    identity = {"Id": graph_id, "EntityStatus": "Active", "CreatedDate": stored["created"]}
    return {**stored["graph"], **identity}


@router.get("/Graphs/{graph_id}/Interface")
def get_graph_interface(workspace: Here, graph_id: str) -> JsonObject:
    """Parameters of a graph.

    Fidelity: verified (azureml-pipeline-core, PipelineRun.publish_pipeline)
    """
    return dict(workspace.require(Kind.GRAPH, graph_id, "graph")["interface"])


@router.post("/Pipelines/Create")
def publish_pipeline(workspace: Here, body: PipelineBody) -> JsonObject:
    """Publish a pipeline. The name need not be unique.

    Fidelity: verified (azureml-pipeline-core, Pipeline.publish; PublishedPipeline.get_graph reads
    a path's default as ``datastore/path``)
    """
    pipeline_id = new_id()
    submit_path = f"{PIPELINES_API}{workspace.id}/PipelineRuns/PipelineSubmit/{pipeline_id}"
    entity = {
        "Id": pipeline_id,
        "Name": body.name,
        "Description": body.description,
        "Version": body.version,
        "GraphId": save_graph(workspace, body.graph, body.graph_interface),
        "EntityStatus": "Active",
        "TotalRunSteps": len(body.graph.module_nodes),
        "Url": workspace.cloud.home.azureml_url + submit_path,
        "ContinueRunOnStepFailure": body.continue_run_on_step_failure,
        "ParameterAssignments": _defaults(body.graph_interface),
        "DataSetDefinitionValueAssignments": {},
        "Properties": body.properties or {},
        "CreatedDate": now(),
        "LastModifiedDate": now(),
    }
    workspace.put(Kind.PIPELINE, pipeline_id, entity)
    return entity


def _defaults(interface: GraphInterface) -> JsonObject:
    paths = {each.name: each.default_value for each in interface.data_path_parameters}
    return {
        **{each.name: each.default_value for each in interface.parameters},
        **{
            name: f"{path.data_store_name}/{path.relative_path}"
            for name, path in paths.items()
            if path is not None
        },
    }


@router.get("/Pipelines")
def list_pipelines(workspace: Here, activeOnly: bool = False) -> list[JsonObject]:  # noqa: N803
    """Published pipelines, the newest first.

    Fidelity: verified (azureml-pipeline-core, PublishedPipeline.list; the order is assumed)
    """
    return newest_first(workspace.all(Kind.PIPELINE), active_only=activeOnly)


@router.get("/Pipelines/{pipeline_id}")
def get_pipeline(workspace: Here, pipeline_id: str) -> JsonObject:
    """A published pipeline.

    Fidelity: verified (azureml-pipeline-core, PublishedPipeline.get)
    """
    return workspace.require(Kind.PIPELINE, pipeline_id, "pipeline")


@router.put("/Pipelines/{pipeline_id}/status")
def set_pipeline_status(
    workspace: Here, pipeline_id: str, status: Annotated[str, Body()]
) -> Response:
    """Enable, deprecate or disable a published pipeline.

    Fidelity: verified (azureml-pipeline-core, PublishedPipeline.disable)
    """
    if status not in STATUSES:
        raise bad_request(f"status must be one of {', '.join(STATUSES)}, not {status!r}")
    with workspace.transaction():
        entity = workspace.require(Kind.PIPELINE, pipeline_id, "pipeline")
        changed = {**entity, "EntityStatus": status, "LastModifiedDate": now()}
        workspace.put(Kind.PIPELINE, pipeline_id, changed)
    return Response()


def newest_first(entities: list[JsonObject], *, active_only: bool) -> list[JsonObject]:
    """Entities by creation, without the disabled ones if only active ones are asked for."""
    shown = [each for each in entities if not active_only or each["EntityStatus"] == "Active"]
    return sorted(shown, key=lambda each: str(each["CreatedDate"]), reverse=True)
