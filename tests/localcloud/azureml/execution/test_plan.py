"""Plans: what a posted graph means for one run, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from localcloud.azureml.execution.graph import DataPath, Graph, GraphInterface
from localcloud.azureml.execution.parameters import Parameters
from localcloud.azureml.execution.plan import Output, Plan, Step, Stored, Upstream, make_plan
from localcloud.errors import CloudError

INTERFACE = GraphInterface.model_validate(
    {
        "Parameters": [{"Name": "run_date", "DefaultValue": "2026-01-01"}],
        "DataPathParameters": [
            {"Name": "where", "DefaultValue": {"DataStoreName": "lake", "RelativePath": "a"}}
        ],
    }
)


def plan(poster: Any, graph: dict[str, Any], **values: str) -> Plan:
    """The plan of a graph for a run with these parameters."""
    return make_plan(
        poster.workspace,
        Graph.model_validate(graph),
        Parameters.of(INTERFACE, values, {}),
        continue_on_failure=False,
    )


def refusal(poster: Any, *nodes: dict[str, Any], **fields: Any) -> str:
    """The message with which a graph is refused."""
    with pytest.raises(CloudError) as error:
        plan(poster, {"ModuleNodes": list(nodes), **fields})
    assert error.value.status == 400
    return error.value.message


def edge(source: str, output: str, target: str, port: str) -> dict[str, Any]:
    """An edge between two nodes."""
    return {
        "SourceOutputPort": {"NodeId": source, "PortName": output},
        "DestinationInputPort": {"NodeId": target, "PortName": port},
    }


def test_a_graph_of_two_steps_becomes_a_plan(poster: Any) -> None:
    first = poster.node(
        "first",
        parameters={
            "base_parameters": "run_date=2026-01-01;mode=full;empty=;text=a=b",
            "_AML_PARAMETER_run_date": ["run_date"],
        },
        settings={"num_workers": "2", "spark_conf": "a=b"},
        outputs=[
            {"Name": "clean", "DataStoreName": "lake"},
            {
                "Name": "gold",
                "DataStoreName": "lake",
                "DatasetOutputOptions": {"PathOnDatastore": "gold/x"},
            },
        ],
    )
    second = poster.node("second")
    graph = {
        "ModuleNodes": [second, first],
        "DatasetNodes": [
            {"Id": "d1", "DatasetId": poster.source("lake", "bronze")},
            {"Id": "d2", "DataPathParameterName": "where"},
        ],
        "Edges": [
            edge("d1", "data", "first", "raw"),
            edge("d2", "data", "second", "more"),
            edge("first", "clean", "second", "clean"),
            edge("first", "_run_after_output", "second", "_run_after_input_0"),
        ],
    }
    assert plan(poster, graph, run_date="2026-02-02").steps == {
        "first": Step(
            node_id="first",
            name="first",
            module_id=first["ModuleId"],
            after=frozenset(),
            notebook_path="/n",
            parameters={"run_date": "2026-02-02", "mode": "full", "empty": "", "text": "a=b"},
            compute_name="adb",
            cluster={"compute_name": "adb", "num_workers": "2", "spark_conf": "a=b"},
            inputs={"raw": Stored("lake", "bronze")},
            outputs=(
                Output(
                    name="clean", datastore="lake", path_template="azureml/{run-id}/{output-name}"
                ),
                Output(name="gold", datastore="lake", path_template="gold/x"),
            ),
        ),
        "second": Step(
            node_id="second",
            name="second",
            module_id=second["ModuleId"],
            after=frozenset({"first"}),
            notebook_path="/n",
            parameters={},
            compute_name="adb",
            cluster={"compute_name": "adb"},
            inputs={"more": Stored("lake", "a"), "clean": Upstream("first", "clean")},
            outputs=(),
        ),
    }


def test_a_run_can_give_another_path_for_an_input(poster: Any) -> None:
    other = DataPath(data_store_name="lake", relative_path="b")
    parameters = Parameters.of(INTERFACE, {}, {"where": other})
    graph = {
        "ModuleNodes": [poster.node("one")],
        "DatasetNodes": [{"Id": "d", "DataPathParameterName": "where"}],
        "Edges": [edge("d", "data", "one", "raw")],
    }
    made = make_plan(
        poster.workspace, Graph.model_validate(graph), parameters, continue_on_failure=True
    )
    assert made.steps["one"].inputs == {"raw": Stored("lake", "b")}


def test_a_parameter_that_the_pipeline_does_not_have_is_refused_with_the_nearest() -> None:
    with pytest.raises(CloudError) as error:
        Parameters.of(INTERFACE, {"run_dat": "x"}, {})
    assert error.value.message == (
        "the pipeline has no parameter 'run_dat'; did you mean 'run_date'?"
    )


@pytest.mark.parametrize(
    ("node", "message"),
    [
        (
            {"parameters": {"_AML_PARAMETER_x": ["rundate"]}},
            "step 's': parameter '_AML_PARAMETER_x' takes its value from pipeline parameter "
            "'rundate', which the pipeline does not have; did you mean 'run_date'?",
        ),
        (
            {"parameters": {"python_script_path": "dbfs:/x.py"}},
            "step 's' has settings that localcloud does not know: ['python_script_path']",
        ),
        (
            {"parameters": {"base_parameters": "a=x;y"}},
            "step 's': notebook parameters are joined as k=v;k=v without escaping, and 'y' holds "
            "no '='; values must not contain ';'",
        ),
        (
            {"settings": {"gpu": "1"}},
            "step 's' has settings that localcloud does not know: ['gpu']",
        ),
        (
            {"settings": {"num_workers": "two"}},
            "step 's': num_workers must be a number, not 'two'",
        ),
        (
            {"settings": {"spark_conf": "a"}},
            "step 's': spark_conf is not k=v;k=v: 'a' holds no '='",
        ),
        ({"settings": {"compute_name": "x"}}, "step 's': compute 'x' is not attached here"),
    ],
)
def test_what_a_step_says_wrongly_is_refused_naming_it(
    poster: Any, node: dict[str, Any], message: str
) -> None:
    assert refusal(poster, poster.node("s", **node)) == message


def test_a_step_without_a_notebook_is_refused(poster: Any) -> None:
    node = poster.node("s", ModuleParameters=[])
    assert refusal(poster, node) == "step 's' runs no notebook; localcloud runs notebooks only"


def test_another_kind_of_step_is_refused(poster: Any) -> None:
    module = poster.module("train", ModuleExecutionType="escloud", StepType="PythonScriptStep")
    assert refusal(poster, poster.node("s", ModuleId=module)) == (
        "step 'train' is of type 'PythonScriptStep' ('escloud'); "
        "localcloud runs DatabricksStep only"
    )


def test_a_dataset_as_input_is_refused(poster: Any) -> None:
    message = refusal(
        poster,
        poster.node("s"),
        DatasetNodes=[{"Id": "d", "DataSetDefinition": {"Value": {}}}],
        Edges=[edge("d", "data", "s", "raw")],
    )
    assert message.startswith("an input is an Azure ML dataset; ")


def test_an_output_that_is_to_become_a_dataset_is_refused(poster: Any) -> None:
    output = {"Name": "o", "DatasetOutputOptions": {}, "DatasetRegistration": {"Name": "reg"}}
    assert refusal(poster, poster.node("s", outputs=[output])) == (
        "step 's': output 'o' is to be registered as dataset 'reg'; localcloud has no datasets"
    )


def test_a_pipeline_without_steps_is_refused(poster: Any) -> None:
    assert refusal(poster) == "the pipeline has no step"
