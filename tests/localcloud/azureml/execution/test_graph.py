"""The order of a graph's steps."""

from __future__ import annotations

import pytest

from localcloud.azureml.execution.graph import Graph, predecessors
from localcloud.errors import CloudError


def graph(*edges: tuple[str, str]) -> Graph:
    """Steps a, b, c and a data source, with edges between them."""
    return Graph.model_validate(
        {
            "ModuleNodes": [{"Id": node, "ModuleId": "m"} for node in "abc"],
            "DatasetNodes": [{"Id": "data", "DatasetId": "d"}],
            "Edges": [
                {
                    "SourceOutputPort": {"NodeId": source, "PortName": "x"},
                    "DestinationInputPort": {"NodeId": target, "PortName": "y"},
                }
                for source, target in edges
            ],
        }
    )


def test_a_step_waits_for_the_steps_whose_outputs_it_reads() -> None:
    assert predecessors(graph(("data", "a"), ("a", "c"), ("b", "c"))) == {
        "a": frozenset(),
        "b": frozenset(),
        "c": frozenset({"a", "b"}),
    }


def test_steps_that_wait_for_each_other_are_refused() -> None:
    with pytest.raises(CloudError) as refusal:
        predecessors(graph(("a", "b"), ("b", "a")))
    assert refusal.value.status == 400
    assert refusal.value.message.startswith("the graph's steps wait for each other: ")


def test_what_localcloud_does_not_know_of_a_graph_is_kept() -> None:
    posted = {"ModuleNodes": [{"Id": "a", "ModuleId": "m", "Comment": "c"}], "Extra": {"x": 1}}
    assert Graph.model_validate(posted).as_sent() == posted
