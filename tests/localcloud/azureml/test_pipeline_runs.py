"""Pipeline runs over REST."""

from __future__ import annotations

from typing import Any


def test_a_step_that_has_not_started_has_no_outputs_and_no_logs(poster: Any) -> None:
    run = poster.post(
        "/PipelineRuns/Unsubmitted/CreationInfoWithGraph?experimentName=e",
        {"CreationInfo": {}, "Graph": {"ModuleNodes": [poster.node("one")]}},
    )
    path = f"/PipelineRuns/{run['Id']}"
    assert poster.get(path)["Status"]["StatusCode"] == "NotStarted"
    assert poster.post(f"{path}/Graph/Node/StatusCode", ["one"]) == "NotStarted"
    assert poster.post(f"{path}/Graph/AllNodes/StatusCode") == {"one": "NotStarted"}
    assert poster.post(f"{path}/Outputs", ["one"]) == {}
    assert poster.post(f"{path}/Graph/Shareable/STDOUT", ["one"]) is None


def test_a_step_that_the_run_does_not_have_is_not_found(poster: Any) -> None:
    run = poster.post(
        "/PipelineRuns/Unsubmitted/CreationInfoWithGraph?experimentName=e",
        {"CreationInfo": {}, "Graph": {"ModuleNodes": [poster.node("one")]}},
    )
    answer = poster.client.post(
        f"{poster.api}/PipelineRuns/{run['Id']}/Graph/Node/StatusCode", json=["two"]
    )
    assert (answer.status_code, answer.json()["Error"]["Message"]) == (
        404,
        f"step of pipeline run '{run['Id']}' 'two' was not found in this workspace",
    )
