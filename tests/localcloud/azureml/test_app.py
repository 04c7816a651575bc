"""The services as one application: error bodies, tokens, routes that do not exist."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from localcloud.azureml.scope import Workspace
from localcloud.cloud import Cloud

NO_WORKSPACE = (
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/gone"
)
MESSAGE = "there is no Azure ML workspace 'gone' in resource group 'g' of subscription 's'"


def test_the_pipelines_api_refuses_with_its_own_error_body(azureml: TestClient) -> None:
    answer = azureml.get(f"/pipelines/v1.0{NO_WORKSPACE}/Pipelines")
    assert (answer.status_code, answer.json()) == (
        404,
        {"Error": {"Code": "ResourceNotFound", "Message": MESSAGE, "Details": []}},
    )


@pytest.mark.parametrize(
    "path",
    [
        f"/history/v1.0{NO_WORKSPACE}/experiments/e",
        f"/datastore/v1.0{NO_WORKSPACE}/datastores",
        f"/rp/workspaces{NO_WORKSPACE}",
        f"/rp/workspaces{NO_WORKSPACE}/computes",
        f"/artifact/v2.0{NO_WORKSPACE}/artifacts/ExperimentRun/dcid.r",
    ],
)
def test_every_other_api_refuses_with_the_common_error_body(azureml: TestClient, path: str) -> None:
    answer = azureml.get(path)
    assert (answer.status_code, answer.json()) == (
        404,
        {"error": {"code": "ResourceNotFound", "message": MESSAGE, "details": []}},
    )


def test_a_workspace_is_found_whatever_the_case_of_its_name(
    azureml: TestClient, local_workspace: Workspace
) -> None:
    path = local_workspace.id.replace("aml-unit", "AML-Unit").replace("rg-unit", "RG-UNIT")
    assert azureml.get(f"/rp/workspaces{path}").json() == local_workspace.resource


def test_discovery_needs_no_token_and_names_this_server(
    azureml: TestClient, in_process: Cloud
) -> None:
    answer = azureml.get("/discovery", headers={"Authorization": ""})
    here = in_process.home.azureml_url
    assert answer.json() == {
        "api": here,
        "experimentation": here,
        "history": here,
        "hyperdrive": here,
        "modelmanagement": here,
        "studio": here,
    }


@pytest.mark.parametrize("prefix", ["/pipelines/v1.0", "/history/v1.0", "/rp/workspaces"])
def test_nothing_else_is_answered_without_a_token(
    azureml: TestClient, local_workspace: Workspace, prefix: str
) -> None:
    answer = azureml.get(f"{prefix}{local_workspace.id}", headers={"Authorization": ""})
    assert answer.status_code == 401


def test_a_token_for_another_service_is_refused(azureml: TestClient, in_process: Cloud) -> None:
    token = in_process.tokens.issue("https://vault.azure.net")
    answer = azureml.get("/rp/workspaces", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "InvalidAuthenticationTokenAudience"


def test_a_route_that_does_not_exist_is_named_and_recorded(
    azureml: TestClient, local_workspace: Workspace, in_process: Cloud
) -> None:
    path = f"/pipelines/v1.0{local_workspace.id}/Schedules"
    answer = azureml.get(path)
    assert (answer.status_code, answer.json()["Error"]["Message"]) == (
        501,
        f"localcloud's Azure ML pipelines API has no GET {path}",
    )
    assert in_process.monitor.unknown_routes == [f"Azure ML pipelines API: GET {path}"]


def test_a_body_without_a_required_field_is_refused_naming_it(poster: Any) -> None:
    answer = poster.client.post(f"{poster.api}/Pipelines/Create", json={"Name": "p"})
    assert (answer.status_code, answer.json()["Error"]["Message"]) == (
        400,
        "body.Graph: Field required",
    )
