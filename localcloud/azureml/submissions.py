"""State of pipeline runs: made, submitted to the runner, asked about. Has no HTTP."""

from __future__ import annotations

from dataclasses import dataclass, field

from localcloud.azureml import states
from localcloud.azureml.catalog import data_location
from localcloud.azureml.execution import steps
from localcloud.azureml.execution.graph import DataPath
from localcloud.azureml.execution.parameters import Parameters
from localcloud.azureml.execution.plan import Plan, make_plan
from localcloud.azureml.execution.runner import runner_of
from localcloud.azureml.pipelines import load_graph
from localcloud.azureml.run_history import RunHistory
from localcloud.azureml.scope import Kind, Workspace
from localcloud.azureml.wire import bad_request, new_id, not_found, now
from localcloud.store import JsonObject


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a client asks to run.

    Attributes:
        values: pipeline parameters; paths: those whose value is a path in a datastore.
        run_source: what asks, e.g. ``SDK``; run_type: ``SDK``, ``HTTP`` or ``Schedule``.
    """

    experiment: str
    graph_id: str
    pipeline_id: str | None = None
    description: str | None = None
    values: dict[str, str] = field(default_factory=dict)
    paths: dict[str, DataPath] = field(default_factory=dict)
    continue_on_failure: bool = False
    run_source: str | None = None
    run_type: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)


def create(workspace: Workspace, request: Request) -> JsonObject:
    """Record a run without starting it."""
    graph, _ = load_graph(workspace, request.graph_id)
    run_id = new_id()
    entity = {
        "Id": run_id,
        "Description": request.description,
        "GraphId": request.graph_id,
        "PipelineId": request.pipeline_id,
        "RunHistoryExperimentName": request.experiment,
        "ParameterAssignments": request.values,
        "DataPathAssignments": {name: path.as_sent() for name, path in request.paths.items()},
        "DataSetDefinitionValueAssignments": {},
        "ContinueRunOnStepFailure": request.continue_on_failure,
        "RunSource": request.run_source or "Unavailable",
        "RunType": request.run_type or "HTTP",
        "IsSubmitted": False,
        "TotalRunSteps": len(graph.module_nodes),
        "EntityStatus": "Active",
        "CreatedDate": now(),
        "Properties": request.properties,
        "tags": request.tags,
    }
    workspace.put(Kind.PIPELINE_RUN, run_id, entity)
    return show(workspace, entity)


def submit(workspace: Workspace, run_id: str) -> JsonObject:
    """Start a run that was recorded.

    Raises:
        CloudError: 400 if localcloud can't run it, or it was submitted before.
    """
    with workspace.transaction():
        entity, plan = _accept(workspace, run_id)
    runner = runner_of(workspace.cloud)
    runner.start(workspace, run_id, entity["RunHistoryExperimentName"], plan)
    return show(workspace, entity)


def create_and_submit(workspace: Workspace, request: Request) -> JsonObject:
    """Record a run and start it; a run that is refused is not recorded.

    Raises:
        CloudError: 400 if localcloud can't run it.
    """
    with workspace.transaction():
        entity, plan = _accept(workspace, create(workspace, request)["Id"])
    runner = runner_of(workspace.cloud)
    runner.start(workspace, entity["Id"], request.experiment, plan)
    return show(workspace, entity)


def _accept(workspace: Workspace, run_id: str) -> tuple[JsonObject, Plan]:
    entity = workspace.require(Kind.PIPELINE_RUN, run_id, "pipeline run")
    if entity["IsSubmitted"]:
        raise bad_request(f"pipeline run {run_id!r} was already submitted")
    graph, interface = load_graph(workspace, entity["GraphId"])
    assigned = entity["DataPathAssignments"]
    paths = {name: DataPath.model_validate(path) for name, path in assigned.items()}
    plan = make_plan(
        workspace,
        graph,
        Parameters.of(interface, entity["ParameterAssignments"], paths),
        continue_on_failure=entity["ContinueRunOnStepFailure"],
    )
    entity = {**entity, "IsSubmitted": True}
    workspace.put(Kind.PIPELINE_RUN, run_id, entity)
    RunHistory(workspace).begin(
        run_id=run_id,
        experiment=entity["RunHistoryExperimentName"],
        run_type="azureml.PipelineRun",
        tags=entity["tags"],
        properties={
            **entity["Properties"],
            "runSource": entity["RunSource"],
            "runType": entity["RunType"],
            "azureml.pipelineid": entity["PipelineId"] or "",
        },
    )
    return entity, plan


def get(workspace: Workspace, run_id: str) -> JsonObject:
    """A run with its state.

    Raises:
        CloudError: 404.
    """
    return show(workspace, workspace.require(Kind.PIPELINE_RUN, run_id, "pipeline run"))


def of_pipeline(workspace: Workspace, pipeline_id: str) -> list[JsonObject]:
    """Runs of a published pipeline, the newest first."""
    found = [
        show(workspace, entity)
        for entity in workspace.all(Kind.PIPELINE_RUN)
        if entity["PipelineId"] == pipeline_id
    ]
    return sorted(found, key=lambda each: str(each["CreatedDate"]), reverse=True)


def show(workspace: Workspace, entity: JsonObject) -> JsonObject:
    """The entity with its state, which run history keeps."""
    run = workspace.get(Kind.RUN, entity["Id"])
    status: JsonObject = {"StatusCode": "NotStarted", "CreationTime": entity["CreatedDate"]}
    if run is not None:
        status["StatusCode"] = states.STATUS_CODE[run["status"]]
        status["EndTime"] = run["endTimeUtc"]
    return {**entity, "Status": status, "HasErrors": status["StatusCode"] == "Failed"}


def cancel(workspace: Workspace, run_id: str) -> None:
    """Cancel a run, here and on Databricks; nothing happens if it has ended."""
    if get(workspace, run_id)["IsSubmitted"]:
        runner_of(workspace.cloud).cancel(workspace, run_id)


def step_record(workspace: Workspace, run_id: str, node_id: str) -> steps.StepRecord | None:
    """The record of a step of a run, or None if the step has not started.

    Raises:
        CloudError: 404 if the run has no such step.
    """
    graph, _ = load_graph(workspace, get(workspace, run_id)["GraphId"])
    if node_id not in (node.id for node in graph.module_nodes):
        raise not_found(f"step of pipeline run {run_id!r}", node_id)
    return steps.find(workspace, run_id, node_id)


def step_status(workspace: Workspace, run_id: str, node_id: str) -> JsonObject:
    """State of a step; one that has not started is NotStarted.

    Raises:
        CloudError: 404 if the run has no such step.
    """
    record = step_record(workspace, run_id, node_id)
    if record is None:
        return {"StatusCode": "NotStarted", "RunId": None}
    run = RunHistory(workspace).run(record.run_id)
    return {
        "StatusCode": states.STATUS_CODE[run["status"]],
        "RunId": record.run_id,
        "CreationTime": run["createdUtc"],
        "StartTime": run["startTimeUtc"],
        "EndTime": run["endTimeUtc"],
    }


def all_step_statuses(workspace: Workspace, run_id: str) -> dict[str, JsonObject]:
    """State of every step of a run, by node id."""
    graph, _ = load_graph(workspace, get(workspace, run_id)["GraphId"])
    return {node.id: step_status(workspace, run_id, node.id) for node in graph.module_nodes}


def step_outputs(workspace: Workspace, run_id: str, node_id: str) -> dict[str, JsonObject]:
    """Where a step's outputs are; nothing before the step has started.

    Raises:
        CloudError: 404 if the run has no such step.
    """
    record = step_record(workspace, run_id, node_id)
    stored = {} if record is None else record.outputs
    return {
        name: {
            "DataTypeId": "AnyFile",
            "DataLocation": data_location(steps.place_of(workspace, place).as_reference()),
        }
        for name, place in stored.items()
    }


def run_output(workspace: Workspace, run_id: str, name: str) -> JsonObject:
    """Where an output of the whole pipeline is: a step's output under a name of its own.

    Raises:
        CloudError: 404 if the pipeline has no such output, or its step has not started.
    """
    graph, _ = load_graph(workspace, get(workspace, run_id)["GraphId"])
    for edge in graph.edges:
        if edge.destination_input_port.graph_port_name == name:
            port = edge.source_output_port
            outputs = step_outputs(workspace, run_id, str(port.node_id))
            if str(port.port_name) in outputs:
                return outputs[str(port.port_name)]
    raise not_found("pipeline output", name)
