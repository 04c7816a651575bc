"""The graph that the real SDK posts for a declared pipeline."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from unittest.mock import ANY

import pytest
import requests

from pipelines.azureml_backend import AzureMlBackend
from pipelines.feature_engineering import feature_engineering
from pipelines.spec import DatastorePath, JobCluster, NotebookStep, Pipeline
from pipelines.training import training
from stack_outputs import StackOutputs

pytestmark = pytest.mark.servers


@dataclass
class Posted:
    """Bodies of POST requests, by the last two parts of their path."""

    bodies: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def one(self, kind: str) -> dict[str, Any]:
        (body,) = self.bodies[kind]
        # Says from which commit the SDK was called, which is not what is tested here.
        assert body.pop("Properties", None) is not None
        return body


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Posted]:
    """Listens to what the SDK posts on its way out."""
    recorded = Posted()
    send = requests.adapters.HTTPAdapter.send

    def record(
        adapter: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **options: Any
    ) -> requests.Response:
        if request.method == "POST" and isinstance(request.body, str | bytes):
            path = request.path_url.partition("?")[0]
            kind = "/".join(path.split("/")[-2:])
            recorded.bodies.setdefault(kind, []).append(json.loads(request.body))
        return send(adapter, request, **options)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", record)
    yield recorded


def literal(name: str, value: str) -> dict[str, str]:
    return {"ValueType": "0", "Name": name, "Value": value}


def replaceable(name: str) -> dict[str, str]:
    return {"ValueType": "1", "Name": f"_AML_PARAMETER_{name}", "Value": name}


def edges(create: dict[str, Any]) -> set[tuple[str, str, str, str]]:
    """Which port of which notebook leads to which."""
    graph = create["Graph"]
    step_of = {
        node["Id"]: {p["Name"]: p["Value"] for p in node["ModuleParameters"]}["notebook_path"]
        for node in graph["ModuleNodes"]
    }
    return {
        (
            step_of.get(edge["SourceOutputPort"]["NodeId"], "datastore"),
            edge["SourceOutputPort"]["PortName"],
            step_of[edge["DestinationInputPort"]["NodeId"]],
            edge["DestinationInputPort"]["PortName"],
        )
        for edge in graph["Edges"]
    }


def test_the_feature_pipeline_is_posted_exactly(
    backend: AzureMlBackend, deployed: StackOutputs, posted: Posted
) -> None:
    folder = "/dataopsml/of_this_test"  # unknown, so the step is posted as well
    path = f"{folder}/feature_engineering"
    pipeline = feature_engineering(replace(deployed, notebook_folder=folder))

    backend.publish(pipeline, version="exactly")

    module = posted.one(f"{deployed.ml_workspace_name}/Modules")
    interface = module["StructuredInterface"]
    assert (module["Name"], module["StepType"], module["ModuleExecutionType"]) == (
        "feature_engineering",
        "DatabricksStep",
        "databrickscloud",
    )
    assert module["IsDeterministic"] is False
    assert [(port["Name"], port["DataStoreMode"]) for port in interface["Inputs"]] == [
        ("training_data", "mount")
    ]
    assert posted.one("Pipelines/Create") == {
        "Name": "feature-engineering",
        "Description": f"{pipeline.description} [content {pipeline.content_hash()}]",
        "Version": "exactly",
        "Graph": {
            "ModuleNodes": [
                {
                    "Id": ANY,
                    "ModuleId": ANY,
                    "ModuleParameters": [
                        literal("notebook_path", path),
                        literal("base_parameters", "missing=drop;max_quarantined_share=0.01"),
                        *(replaceable(name) for name in ("missing", "max_quarantined_share")),
                    ],
                    "ModuleMetadataParameters": [
                        literal("timeout_seconds", "3600"),
                        literal("run_name", "feature_engineering"),
                        literal("spark_version", "15.4.x-scala2.12"),
                        literal("instance_pool_id", deployed.instance_pool_id),
                        literal("num_workers", "1"),
                        literal("spark_env_vars", "PYSPARK_PYTHON=/databricks/python3/bin/python3"),
                        literal("compute_name", "databricks"),
                    ],
                    "ModuleOutputSettings": [
                        {
                            "Name": name,
                            "DataStoreName": "training_data",
                            "DataStoreMode": "mount",
                            "DataReferenceName": name,
                        }
                        for name in ("features", "quarantine")
                    ],
                    "ModuleInputSettings": [],
                    "RegenerateOutput": False,
                }
            ],
            "DatasetNodes": [{"Id": ANY, "DataPathParameterName": "training_data"}],
            "Edges": [
                {
                    "SourceOutputPort": {"NodeId": ANY, "PortName": "data"},
                    "DestinationInputPort": {"NodeId": ANY, "PortName": "training_data"},
                }
            ],
        },
        "GraphInterface": {
            "Parameters": [
                {"Name": name, "DefaultValue": default, "IsOptional": True, "Type": "3"}
                for name, default in (("missing", "drop"), ("max_quarantined_share", "0.01"))
            ],
            "DataPathParameters": [
                {
                    "Name": "training_data",
                    "DefaultValue": {
                        "DataStoreName": "training_data",
                        "RelativePath": "diabetes.csv",
                    },
                    "IsOptional": True,
                    "DataTypeId": "AnyFile",
                }
            ],
            "DataPathParameterList": [],
        },
        "DataSetDefinitionValueAssignments": {},
    }


def test_a_step_on_a_declared_cluster_asks_for_nothing_else_of_it(
    backend: AzureMlBackend, deployed: StackOutputs, posted: Posted
) -> None:
    stack = replace(deployed, existing_cluster_id="0101-1", notebook_folder="/dataopsml/existing")

    backend.publish(feature_engineering(stack), version="existing")

    (node,) = posted.one("Pipelines/Create")["Graph"]["ModuleNodes"]
    assert node["ModuleMetadataParameters"] == [
        literal("timeout_seconds", "3600"),
        literal("run_name", "feature_engineering"),
        literal("existing_cluster_id", "0101-1"),
        literal("compute_name", "databricks"),
    ]


def test_steps_are_joined_by_their_data_and_share_parameters_of_a_name(
    backend: AzureMlBackend, deployed: StackOutputs, posted: Posted
) -> None:
    cluster = JobCluster(
        instance_pool_id=deployed.instance_pool_id,
        spark_version=deployed.spark_version,
        num_workers=1,
    )
    clean = NotebookStep(
        name="clean",
        notebook_path="/Shared/clean",
        compute="databricks",
        cluster=cluster,
        inputs={"raw": DatastorePath(datastore="training_data", path="diabetes.csv")},
        outputs={"data": "training_data"},
        parameters={"season": "all"},
    )
    train = NotebookStep(
        name="train",
        notebook_path="/Shared/train",
        compute="databricks",
        cluster=cluster,
        inputs={"features": clean.output("data")},
        outputs={"model": "training_data"},
        parameters={"season": "all", "depth": "3"},
    )

    backend.publish(
        Pipeline(
            name="two-steps",
            description="Cleans and trains",
            steps=(clean, train),
            result=train.output("model"),
        )
    )

    create = posted.one("Pipelines/Create")
    assert edges(create) == {
        ("datastore", "data", "/Shared/clean", "raw"),
        ("/Shared/clean", "data", "/Shared/train", "features"),
    }
    assert [
        (parameter["Name"], parameter["DefaultValue"])
        for parameter in create["GraphInterface"]["Parameters"]
    ] == [("season", "all"), ("depth", "3")]


def test_the_training_pipeline_is_posted_with_each_step_on_what_it_reads(
    backend: AzureMlBackend, deployed: StackOutputs, posted: Posted
) -> None:
    backend.publish(training(replace(deployed, notebook_folder="/n")))

    create = posted.one("Pipelines/Create")
    assert edges(create) == {
        ("datastore", "data", "/n/feature_engineering", "training_data"),
        ("/n/feature_engineering", "features", "/n/train", "features"),
        ("/n/feature_engineering", "features", "/n/batch_score", "features"),
        ("/n/train", "model", "/n/batch_score", "model"),
    }
    assert [
        (parameter["Name"], parameter["DefaultValue"])
        for parameter in create["GraphInterface"]["Parameters"]
    ] == [
        ("missing", "drop"),
        ("max_quarantined_share", "0.01"),
        ("folds", "3"),
        ("holdout_share", "0.2"),
        ("seed", "20"),
    ]
