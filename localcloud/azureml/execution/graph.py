"""The graph that the SDK posts, as typed models, and the order of its steps."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import Any

from pydantic import Field

from localcloud.azureml.wire import PascalWire, bad_request

RUN_AFTER_PORT = "_run_after_output"
"""Port of the edges that say only "after": no data goes through it."""


class Assignment(PascalWire):
    """A value for a parameter: literal, or the name of a pipeline parameter."""

    name: str
    value: str | None = None
    value_type: str = "0"

    @property
    def names_pipeline_parameter(self) -> bool:
        """Whether the value is the name of a pipeline parameter."""
        return self.value_type in ("1", "GraphParameterName")

    @property
    def is_literal(self) -> bool:
        """Whether the value is meant as it stands."""
        return self.value_type in ("0", "Literal")


class OutputOptions(PascalWire):
    """Where an output goes if the author of the pipeline says so."""

    path_on_datastore: str | None = None


class OutputSetting(PascalWire):
    """An output of a step."""

    name: str
    data_store_name: str | None = None
    dataset_output_options: OutputOptions | None = None
    dataset_registration: dict[str, Any] | None = None


class ModuleNode(PascalWire):
    """A step in the graph."""

    id: str
    module_id: str
    module_parameters: list[Assignment] = Field(default_factory=list)
    module_metadata_parameters: list[Assignment] = Field(default_factory=list)
    module_output_settings: list[OutputSetting] = Field(default_factory=list)
    regenerate_output: bool | None = None


class DatasetNode(PascalWire):
    """A source of data in the graph."""

    id: str
    dataset_id: str | None = None
    data_path_parameter_name: str | None = None
    data_set_definition: dict[str, Any] | None = None


class Port(PascalWire):
    """One end of an edge. A graph port is an output of the whole pipeline."""

    node_id: str | None = None
    port_name: str | None = None
    graph_port_name: str | None = None


class Edge(PascalWire):
    """A connection from an output to an input."""

    source_output_port: Port
    destination_input_port: Port


class Graph(PascalWire):
    """What the SDK posts as a pipeline."""

    module_nodes: list[ModuleNode] = Field(default_factory=list)
    dataset_nodes: list[DatasetNode] = Field(default_factory=list)
    edges: list[Edge] = Field(default_factory=list)
    sub_graph_nodes: list[dict[str, Any]] = Field(default_factory=list)


class GraphParameter(PascalWire):
    """A pipeline parameter."""

    name: str
    default_value: str | None = None
    type: str | None = None


class DataPath(PascalWire):
    """A path in a datastore."""

    data_store_name: str
    relative_path: str = ""


class DataPathParameter(PascalWire):
    """A pipeline parameter whose value is a path in a datastore."""

    name: str
    default_value: DataPath | None = None


class GraphInterface(PascalWire):
    """The pipeline's own parameters."""

    parameters: list[GraphParameter] = Field(default_factory=list)
    data_path_parameters: list[DataPathParameter] = Field(default_factory=list)


def predecessors(graph: Graph) -> dict[str, frozenset[str]]:
    """Step to the steps that must end before it, by node id.

    Raises:
        CloudError: 400 if steps wait for each other in a circle.
    """
    steps = {node.id for node in graph.module_nodes}
    waits_for: dict[str, set[str]] = {node.id: set() for node in graph.module_nodes}
    for edge in graph.edges:
        source, target = edge.source_output_port.node_id, edge.destination_input_port.node_id
        if source in steps and target in steps:
            waits_for[target].add(source)
    try:
        TopologicalSorter(waits_for).prepare()
    except CycleError as error:
        circle = " -> ".join(error.args[1])
        raise bad_request(f"the graph's steps wait for each other: {circle}") from error
    return {node: frozenset(before) for node, before in waits_for.items()}
