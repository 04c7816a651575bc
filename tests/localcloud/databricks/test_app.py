"""The API over HTTP: its error bodies, and that it knows its own routes only."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from localcloud.databricks.services import Services


def test_errors_have_databricks_body(api: TestClient) -> None:
    answer = api.get("/api/2.0/workspace/get-status", params={"path": "/Shared/nope"})
    assert answer.status_code == 404
    assert answer.json() == {
        "error_code": "RESOURCE_DOES_NOT_EXIST",
        "message": "Path (/Shared/nope) doesn't exist.",
    }


@pytest.mark.parametrize("body", [b"{", b"[]", b""])
@pytest.mark.parametrize("path", ["secrets/put", "workspace/import"])
def test_a_body_that_is_no_object_is_a_malformed_request(
    api: TestClient, path: str, body: bytes
) -> None:
    answer = api.post(f"/api/2.0/{path}", content=body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "MALFORMED_REQUEST")


def test_a_missing_query_parameter_is_named(api: TestClient) -> None:
    answer = api.get("/api/2.2/jobs/runs/get")
    assert answer.status_code == 400
    assert answer.json() == {
        "error_code": "MALFORMED_REQUEST",
        "message": "query.run_id: Field required",
    }


def test_nothing_is_told_without_a_token_but_where_to_get_one(
    api: TestClient, services: Services
) -> None:
    refused = api.get("/api/2.0/token/list", headers={"Authorization": ""})
    assert refused.status_code == 401
    assert refused.json()["error_code"] == "UNAUTHENTICATED"
    told = api.get("/.well-known/databricks-config", headers={"Authorization": ""})
    assert told.json() == {
        "oidc_endpoint": "https://localhost:20010/oidc",
        "workspace_id": services.workspace.workspace_id,
        "cloud": "azure",
    }


def test_an_unknown_route_is_named_and_remembered(api: TestClient, services: Services) -> None:
    answer = api.post("/api/2.1/clusters/resize", json={})
    assert answer.status_code == 501
    assert answer.json() == {
        "error_code": "NOT_IMPLEMENTED",
        "message": "localcloud's databricks has no POST /api/2.1/clusters/resize",
    }
    assert services.cloud.monitor.unknown_routes == ["databricks: POST /api/2.1/clusters/resize"]


def test_output_is_asked_for_with_the_id_of_the_task(api: TestClient, services: Services) -> None:
    task = {
        "task_key": "main",
        "notebook_task": {"notebook_path": "/Shared/nope"},
        "new_cluster": {
            "spark_version": "15.4.x-scala2.12",
            "node_type_id": "Standard_D4ds_v5",
            "num_workers": 0,
        },
    }
    run_id = api.post("/api/2.1/jobs/runs/submit", json={"tasks": [task]}).json()["run_id"]
    answer = api.get("/api/2.1/jobs/runs/get-output", params={"run_id": run_id})
    assert (answer.status_code, answer.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    assert "retrieve the output of each individual task run" in answer.json()["message"]
    task_run_id = services.runs.get(run_id).task_run_id
    answer = api.get("/api/2.1/jobs/runs/get-output", params={"run_id": task_run_id})
    assert answer.status_code == 200
    assert answer.json()["metadata"]["run_id"] == task_run_id


def test_runs_are_listed_newest_first_in_pages(api: TestClient, services: Services) -> None:
    body = {
        "tasks": [{"task_key": "a", "disabled": True, "notebook_task": {"notebook_path": "/a"}}]
    }
    cluster = {"spark_version": "15.4.x-scala2.12", "node_type_id": "Standard_D4ds_v5"}
    body["tasks"][0]["new_cluster"] = {**cluster, "num_workers": 1}
    made = [api.post("/api/2.2/jobs/runs/submit", json=body).json()["run_id"] for _ in range(3)]
    listed, token = [], "0"
    while token:
        page = api.get("/api/2.2/jobs/runs/list", params={"limit": 2, "page_token": token}).json()
        listed += [run["run_id"] for run in page["runs"]]
        token = page.get("next_page_token")
    assert sorted(listed) == sorted(made)
    assert [services.runs.get(run_id).start_time for run_id in listed] == sorted(
        (services.runs.get(run_id).start_time for run_id in made), reverse=True
    )
