"""Pipeline endpoints over REST."""

from __future__ import annotations

from typing import Any


def publish(poster: Any) -> str:
    """Publish a pipeline of one step; returns its id."""
    body = {"Name": "p", "Graph": {"ModuleNodes": [poster.node("one")]}}
    return str(poster.post("/Pipelines/Create", body)["Id"])


def make_endpoint(poster: Any, pipeline_id: str) -> Any:
    """Make the endpoint ``ep``."""
    return poster.post("/PipelineEndpoints/Create", {"Name": "ep", "PipelineId": pipeline_id})


def test_a_new_endpoint_has_version_0_as_its_default(poster: Any) -> None:
    pipeline_id = publish(poster)
    endpoint = make_endpoint(poster, pipeline_id)
    assert poster.get("/PipelineEndpoints/Name?Name=ep") == endpoint
    assert poster.get(f"/PipelineEndpoints/Id/{endpoint['Id']}") == endpoint
    assert (endpoint["DefaultVersion"], endpoint["PipelineVersionList"]) == (
        "0",
        [{"Version": "0", "PipelineId": pipeline_id}],
    )


def test_a_client_adds_versions_but_cant_change_what_is_fixed(poster: Any) -> None:
    endpoint = make_endpoint(poster, publish(poster))
    newer = publish(poster)
    versions = [*endpoint["PipelineVersionList"], {"Version": "1", "PipelineId": newer}]
    body = {**endpoint, "DefaultVersion": "1", "PipelineVersionList": versions, "Url": "https://x"}
    answer = poster.client.put(f"{poster.api}/PipelineEndpoints/{endpoint['Id']}", json=body)
    changed = answer.raise_for_status().json()
    assert (changed["DefaultVersion"], changed["PipelineVersionList"], changed["Url"]) == (
        "1",
        versions,
        endpoint["Url"],
    )
    pipelines = poster.get(f"/PipelineEndpoints/{endpoint['Id']}/pipelines")
    assert [each["Id"] for each in pipelines] == [newer, versions[0]["PipelineId"]]


def test_a_default_that_is_no_version_is_refused(poster: Any) -> None:
    endpoint = make_endpoint(poster, publish(poster))
    body = {**endpoint, "DefaultVersion": "9"}
    answer = poster.client.put(f"{poster.api}/PipelineEndpoints/{endpoint['Id']}", json=body)
    assert (answer.status_code, answer.json()["Error"]["Message"]) == (
        400,
        "version '9' is not in the endpoint's versions",
    )


def test_a_taken_name_is_refused(poster: Any) -> None:
    pipeline_id = publish(poster)
    make_endpoint(poster, pipeline_id)
    body = {"Name": "ep", "PipelineId": pipeline_id}
    answer = poster.client.post(f"{poster.api}/PipelineEndpoints/Create", json=body)
    assert (answer.status_code, answer.json()["Error"]["Message"]) == (
        409,
        "pipeline endpoint 'ep' already exists",
    )


def test_a_version_that_does_not_exist_cant_be_run(poster: Any) -> None:
    endpoint = make_endpoint(poster, publish(poster))
    path = f"{poster.api}/PipelineRuns/PipelineEndpointSubmit/Id/{endpoint['Id']}"
    answer = poster.client.post(f"{path}?pipelineVersion=4", json={"ExperimentName": "e"})
    assert (answer.status_code, answer.json()["Error"]["Message"]) == (
        404,
        "version of pipeline endpoint 'ep' '4' was not found in this workspace",
    )
