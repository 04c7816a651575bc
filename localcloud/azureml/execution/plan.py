"""From a posted graph and a run's parameters to the steps to run; all that can be refused is.

A plan is made when a run is submitted. It knows names, not yet places: those need the ids of
the steps' runs. Knows nothing of Databricks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from localcloud.azureml.execution.graph import (
    RUN_AFTER_PORT,
    DatasetNode,
    Graph,
    ModuleNode,
    OutputSetting,
    Port,
    predecessors,
)
from localcloud.azureml.execution.parameters import (
    Parameters,
    check_settings,
    notebook_parameters,
)
from localcloud.azureml.scope import Kind, Workspace
from localcloud.azureml.wire import bad_request
from localcloud.store import JsonObject

EXECUTION_TYPE = "databrickscloud"


@dataclass(frozen=True)
class Stored:
    """An input that lies in a datastore."""

    datastore: str
    path: str


@dataclass(frozen=True)
class Upstream:
    """An input that another step writes."""

    node_id: str
    output: str


@dataclass(frozen=True, kw_only=True)
class Output:
    """An output of a step.

    Attributes:
        datastore: name, or None for the workspace's default datastore.
        path_template: path in the datastore; may hold ``{run-id}`` and ``{output-name}``.
    """

    name: str
    datastore: str | None
    path_template: str


@dataclass(frozen=True, kw_only=True)
class Step:
    """One notebook to run.

    Attributes:
        after: node ids of the steps that must end before.
        parameters: widget name to value, from the pipeline's author and the run's parameters.
        cluster: DatabricksStep's own settings, under its names.
        inputs: widget name to where the data comes from.
        reuse: whether an earlier result of the same step can stand in for this one.
    """

    node_id: str
    name: str
    module_id: str
    after: frozenset[str]
    notebook_path: str
    parameters: Mapping[str, str]
    compute_name: str
    cluster: Mapping[str, str]
    inputs: Mapping[str, Stored | Upstream]
    outputs: tuple[Output, ...]
    reuse: bool = False


@dataclass(frozen=True, kw_only=True)
class Plan:
    """The steps of a run by node id."""

    steps: Mapping[str, Step]
    continue_on_failure: bool


def make_plan(
    workspace: Workspace, graph: Graph, parameters: Parameters, *, continue_on_failure: bool
) -> Plan:
    """What a run of this graph has to do.

    Raises:
        CloudError: 400 if localcloud can't run the graph, saying which step and why.
    """
    if graph.sub_graph_nodes:
        raise bad_request("localcloud can't run graphs with sub-graphs")
    if not graph.module_nodes:
        raise bad_request("the pipeline has no step")
    after = predecessors(graph)
    sources = {node.id: node for node in graph.dataset_nodes}
    steps = {}
    for node in graph.module_nodes:
        module = workspace.require(Kind.MODULE, node.module_id, "module")
        inputs = {
            str(edge.destination_input_port.port_name): _source(
                workspace, sources, edge.source_output_port, parameters
            )
            for edge in graph.edges
            if edge.destination_input_port.node_id == node.id
            and edge.source_output_port.port_name != RUN_AFTER_PORT
        }
        step = _step(workspace, node, module, parameters)
        steps[node.id] = replace(step, after=after[node.id], inputs=inputs)
    return Plan(steps=steps, continue_on_failure=continue_on_failure)


def _step(
    workspace: Workspace, node: ModuleNode, module: JsonObject, parameters: Parameters
) -> Step:
    """A step as its node describes it, not yet connected to others."""
    name = str(module["Name"])
    if module.get("ModuleExecutionType") != EXECUTION_TYPE:
        raise bad_request(
            f"step {name!r} is of type {module.get('StepType')!r} "
            f"({module.get('ModuleExecutionType')!r}); localcloud runs DatabricksStep only"
        )
    notebook = {each.name: parameters.resolve(name, each) for each in node.module_parameters}
    cluster = {
        each.name: parameters.resolve(name, each) for each in node.module_metadata_parameters
    }
    check_settings(name, notebook, cluster)
    compute_name = cluster.get("compute_name", "")
    if workspace.child("computes", compute_name) is None:
        raise bad_request(f"step {name!r}: compute {compute_name!r} is not attached here")
    return Step(
        node_id=node.id,
        name=name,
        module_id=node.module_id,
        after=frozenset(),
        notebook_path=notebook["notebook_path"],
        parameters=notebook_parameters(name, notebook),
        compute_name=compute_name,
        cluster=cluster,
        inputs={},
        outputs=tuple(_output(name, each) for each in node.module_output_settings),
        reuse=bool(module.get("IsDeterministic")) and not node.regenerate_output,
    )


def _source(
    workspace: Workspace, sources: Mapping[str, DatasetNode], port: Port, parameters: Parameters
) -> Stored | Upstream:
    node_id = str(port.node_id)
    node = sources.get(node_id)
    if node is None:
        return Upstream(node_id=node_id, output=str(port.port_name))
    if node.data_path_parameter_name is not None:
        place = parameters.paths.get(node.data_path_parameter_name)
        if place is None:
            raise bad_request(f"parameter {node.data_path_parameter_name!r} has no path")
        return Stored(datastore=place.data_store_name, path=place.relative_path)
    if node.dataset_id is None:
        raise bad_request(
            "an input is an Azure ML dataset; localcloud's inputs are DataReference, DataPath "
            "parameters and outputs of other steps"
        )
    entity = workspace.require(Kind.DATA_SOURCE, node.dataset_id, "data source")
    reference = entity["DataLocation"]["DataReference"]["AzureBlobReference"]
    return Stored(datastore=reference["AmlDataStoreName"], path=reference["RelativePath"] or "")


def _output(step: str, setting: OutputSetting) -> Output:
    """Where an output goes if its author does not say.

    Fidelity: verified (learn.microsoft.com: OutputFileDatasetConfig for the second default); the
    first, PipelineData's, is assumed
    """
    if setting.dataset_registration and setting.dataset_registration.get("Name"):
        raise bad_request(
            f"step {step!r}: output {setting.name!r} is to be registered as dataset "
            f"{setting.dataset_registration['Name']!r}; localcloud has no datasets"
        )
    options = setting.dataset_output_options
    if options is None:
        template = "azureml/{run-id}/{output-name}"
    else:
        template = options.path_on_datastore or "dataset/{run-id}/{output-name}"
    return Output(name=setting.name, datastore=setting.data_store_name, path_template=template)
