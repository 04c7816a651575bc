"""Published pipelines over REST."""

from __future__ import annotations

from typing import Any

GRAPH: dict[str, Any] = {"ModuleNodes": [], "DatasetNodes": [], "Edges": []}
INTERFACE = {"Parameters": [{"Name": "run_date", "DefaultValue": "1", "Type": "3"}]}


def publish(poster: Any, name: str = "features") -> Any:
    """Publish a pipeline of one step."""
    body = {
        "Name": name,
        "Version": "build-7",
        "Graph": {**GRAPH, "ModuleNodes": [poster.node("one")]},
        "GraphInterface": INTERFACE,
        "Properties": {"azureml.git.commit": "abc"},
    }
    return poster.post("/Pipelines/Create", body)


def test_a_published_pipeline_shows_its_version_parameters_and_address(poster: Any) -> None:
    pipeline = publish(poster)
    assert poster.get(f"/Pipelines/{pipeline['Id']}") == pipeline
    shown = {key: pipeline[key] for key in ("Name", "Version", "EntityStatus", "TotalRunSteps")}
    assert shown == {
        "Name": "features",
        "Version": "build-7",
        "EntityStatus": "Active",
        "TotalRunSteps": 1,
    }
    assert pipeline["ParameterAssignments"] == {"run_date": "1"}
    assert pipeline["Url"] == (
        f"https://localhost:20001{poster.api}/PipelineRuns/PipelineSubmit/{pipeline['Id']}"
    )


def test_a_graph_comes_back_as_it_was_posted(poster: Any) -> None:
    node = {**poster.node("one"), "RegenerateOutput": False}
    body = {"Name": "p", "Graph": {**GRAPH, "ModuleNodes": [node]}, "GraphInterface": INTERFACE}
    graph_id = poster.post("/Pipelines/Create", body)["GraphId"]
    found = poster.get(f"/Graphs/{graph_id}")
    assert {key: found[key] for key in GRAPH} == {**GRAPH, "ModuleNodes": [node]}
    assert poster.get(f"/Graphs/{graph_id}/Interface") == INTERFACE


def test_pipelines_are_listed_the_newest_first_without_disabled_ones_if_so_asked(
    poster: Any,
) -> None:
    first, second = publish(poster), publish(poster)
    poster.client.put(f"{poster.api}/Pipelines/{second['Id']}/status", json="Disabled")
    assert [each["Id"] for each in poster.get("/Pipelines")] == [second["Id"], first["Id"]]
    assert [each["Id"] for each in poster.get("/Pipelines?activeOnly=true")] == [first["Id"]]


def test_a_disabled_pipeline_cant_be_run(poster: Any) -> None:
    pipeline = publish(poster)
    poster.client.put(f"{poster.api}/Pipelines/{pipeline['Id']}/status", json="Disabled")
    answer = poster.client.post(
        f"{poster.api}/PipelineRuns/PipelineSubmit/{pipeline['Id']}", json={"ExperimentName": "e"}
    )
    assert (answer.status_code, answer.json()["Error"]["Message"]) == (
        400,
        f"pipeline 'features' ({pipeline['Id']}) is disabled",
    )


def test_an_unknown_status_is_refused(poster: Any) -> None:
    path = f"{poster.api}/Pipelines/{publish(poster)['Id']}/status"
    answer = poster.client.put(path, json="Gone")
    assert answer.json()["Error"]["Message"] == (
        "status must be one of Active, Deprecated, Disabled, not 'Gone'"
    )
