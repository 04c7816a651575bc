"""What is found out before a run begins, against the local cloud."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from databricks.sdk import WorkspaceClient

from pipelines import auth, databricks, preflight
from pipelines.azureml_backend import AzureMlBackend
from pipelines.errors import NotReadyError, TransientError
from stack_outputs import StackOutputs
from tests.conftest import RunningCloud

EXPIRY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "problem"),
    [
        (timedelta(days=1, seconds=1), ""),
        (timedelta(days=1), "expires within a day, on 2026-11-23T12:00:00Z"),
        (timedelta(0), "expired on 2026-11-23T12:00:00Z"),
    ],
)
def test_a_token_must_outlive_the_next_day(
    stack: StackOutputs, left: timedelta, problem: str
) -> None:
    expiring = replace(stack, databricks_token_expiry="2026-11-23T12:00:00Z")

    found = preflight.token_problem(expiring, now=EXPIRY - left)

    said = f"Azure ML's access token for Databricks {problem}. Renew it: pulumi up"
    assert found == (said if problem else "")


def ready(stack: StackOutputs, backend: AzureMlBackend, notebook: str) -> list[str]:
    return preflight.check(
        stack,
        azure_ml=backend,
        computes=[stack.databricks_compute_name],
        notebooks=[f"{stack.notebook_folder}/{notebook}"],
        now=EXPIRY,
    )


@pytest.mark.servers
def test_what_is_deployed_is_ready(deployed: StackOutputs, backend: AzureMlBackend) -> None:
    assert ready(deployed, backend, "feature_engineering") == []


@pytest.mark.servers
def test_everything_that_is_missing_is_named_at_once_with_what_helps(
    deployed: StackOutputs, backend: AzureMlBackend
) -> None:
    astray = replace(
        deployed,
        databricks_compute_name="nowhere",
        databricks_token_expiry="2026-11-23T13:00:00Z",
        notebook_folder="/dataopsml/old",
    )

    with pytest.raises(NotReadyError) as refusal:
        ready(astray, backend, "feature_engineering")

    assert str(refusal.value).splitlines() == [
        "Azure ML's access token for Databricks expires within a day, on 2026-11-23T13:00:00Z. "
        "Renew it: pulumi up",
        f"compute 'nowhere' is not attached to Azure ML workspace {deployed.ml_workspace_name!r}. "
        "Attach it (again): pulumi up",
        "notebook /dataopsml/old/feature_engineering is not in "
        f"{deployed.databricks_workspace_url}: it belongs to another version of the notebooks. "
        "Upload the present ones (pulumi up) and publish them: python -m pipelines publish",
    ]


@pytest.mark.servers
def test_a_file_that_is_no_notebook_does_not_do(
    deployed: StackOutputs, backend: AzureMlBackend
) -> None:
    with pytest.raises(NotReadyError, match=r"step_runtime\.py is not in"):
        ready(deployed, backend, "step_runtime.py")


@pytest.mark.servers
def test_a_compute_whose_attachment_failed_is_refused(
    deployed: StackOutputs, backend: AzureMlBackend, cloud: RunningCloud
) -> None:
    cloud.inject({"method": "PROVISION", "path": ".*/computes/unwell", "status": 500})
    compute = f"{deployed.ml_workspace_id}/computes/unwell?api-version=2025-12-01"
    inner = {"databricksAccessToken": "x", "workspaceUrl": deployed.databricks_workspace_url}
    attachment = {
        "computeType": "Databricks",
        "resourceId": deployed.databricks_workspace_id,
        "properties": inner,
    }
    with cloud.http() as arm:
        body = {"location": "westeurope", "properties": attachment}
        arm.put(compute, json=body).raise_for_status()
        deadline = time.monotonic() + 30
        while arm.get(compute).json()["properties"]["provisioningState"] != "Failed":
            assert time.monotonic() < deadline
            time.sleep(0.05)

    with pytest.raises(NotReadyError) as refusal:
        ready(replace(deployed, databricks_compute_name="unwell"), backend, "feature_engineering")

    assert str(refusal.value) == (
        f"compute 'unwell' of Azure ML workspace {deployed.ml_workspace_name!r} is in state "
        "'Failed'. Attach it (again): pulumi up"
    )
    with cloud.http() as arm:
        arm.delete(f"{compute}&underlyingResourceAction=Detach").raise_for_status()


@pytest.mark.servers
def test_a_declared_cluster_must_be_there(
    deployed: StackOutputs, backend: AzureMlBackend, cloud: RunningCloud
) -> None:
    clusters = WorkspaceClient(host=deployed.databricks_workspace_url).clusters
    made = clusters.create(
        spark_version=deployed.spark_version, node_type_id="Standard_D4ds_v5", num_workers=1
    ).result()
    assert made.cluster_id is not None
    declared = replace(deployed, existing_cluster_id=made.cluster_id)

    clusters.delete_and_wait(made.cluster_id)
    assert ready(declared, backend, "feature_engineering") == []  # a run starts it

    clusters.permanent_delete(made.cluster_id)
    with pytest.raises(NotReadyError) as refusal:
        ready(declared, backend, "feature_engineering")
    assert str(refusal.value) == (
        f"cluster {made.cluster_id} is not in {deployed.databricks_workspace_url}. Make one "
        "(again) with pulumi up --refresh and publish for it: python -m pipelines publish"
    )

    cloud.inject({"path": ".*/clusters/get", "status": 403})
    [note] = ready(declared, backend, "feature_engineering")
    assert note.endswith("status 403. Azure ML may; the run goes on")


@pytest.mark.parametrize(
    ("cluster", "said"),
    [
        ({"state": "RUNNING"}, ""),
        ({"state": "TERMINATED", "state_message": "Inactive"}, ""),
        ({"state": "ERROR", "state_message": "lost"}, "ERROR: lost"),
        ({}, "UNKNOWN: no reason given"),
    ],
)
def test_a_cluster_that_can_not_be_used_says_why(cluster: dict[str, str], said: str) -> None:
    assert databricks.broken_state(cluster) == said


@pytest.mark.servers
def test_an_identity_that_may_not_look_is_told_so_and_may_run(
    deployed: StackOutputs, backend: AzureMlBackend, cloud: RunningCloud
) -> None:
    cloud.inject({"path": ".*/workspace/get-status", "status": 403})

    [note] = ready(deployed, backend, "feature_engineering")

    assert note.endswith("status 403. Azure ML may; the run goes on")


@pytest.mark.servers
def test_a_busy_databricks_is_asked_again_when_it_says(
    deployed: StackOutputs, backend: AzureMlBackend, cloud: RunningCloud
) -> None:
    cloud.inject({"path": ".*/workspace/get-status", "status": 429, "retry_after_seconds": 1})
    assert ready(deployed, backend, "feature_engineering") == []

    cloud.inject({"path": ".*/workspace/get-status", "status": 429, "retry_after_seconds": 600})
    with pytest.raises(TransientError, match="status 429"):
        ready(deployed, backend, "feature_engineering")


def test_one_identity_asks_azure_ml_and_databricks() -> None:
    assert auth.tokens() is auth.tokens()
