"""Clusters that stand by themselves."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from databricks.sdk.service.compute import State, TerminationReasonCode

from localcloud.databricks.cluster_states import check_transition
from localcloud.databricks.identity import USER_NAME
from localcloud.databricks.services import Services
from localcloud.errors import CloudError
from localcloud.store import JsonObject

CLUSTER = {
    "cluster_name": "jobs",
    "spark_version": "15.4.x-scala2.12",
    "node_type_id": "Standard_D4ds_v5",
    "num_workers": 1,
    "data_security_mode": "SINGLE_USER",
    "single_user_name": USER_NAME,
}


def test_a_cluster_shows_what_it_was_given_and_runs(services: Services) -> None:
    cluster_id = services.clusters.create(CLUSTER)
    assert services.get_cluster(cluster_id).as_dict() == {
        **CLUSTER,
        "autotermination_minutes": 60,
        "cluster_id": cluster_id,
        "cluster_source": "API",
        "creator_user_name": USER_NAME,
        "state": "RUNNING",
        "state_message": "",
    }
    assert [found.cluster_id for found in services.list_clusters()] == [cluster_id]


def test_a_terminated_cluster_can_be_started_and_a_running_one_not(services: Services) -> None:
    cluster_id = services.clusters.create(CLUSTER)
    with pytest.raises(CloudError, match="is in unexpected state Running"):
        services.clusters.start(cluster_id)
    services.terminate_cluster(cluster_id)
    found = services.get_cluster(cluster_id)
    assert found.termination_reason is not None
    assert (found.state, found.termination_reason.code) == (
        State.TERMINATED,
        TerminationReasonCode.USER_REQUEST,
    )
    services.clusters.start(cluster_id)
    assert services.get_cluster(cluster_id).state is State.RUNNING


def test_an_idle_cluster_is_terminated(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster_id = services.clusters.create({**CLUSTER, "autotermination_minutes": 10})
    later = time.time() + 10 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    found = services.get_cluster(cluster_id)
    assert found.termination_reason is not None
    assert found.termination_reason.code is TerminationReasonCode.INACTIVITY


def test_an_edit_replaces_the_definition(services: Services) -> None:
    cluster_id = services.clusters.create(CLUSTER)
    services.clusters.edit({**CLUSTER, "cluster_id": cluster_id, "num_workers": 3})
    assert services.get_cluster(cluster_id).num_workers == 3


def test_a_deleted_cluster_is_gone(services: Services) -> None:
    cluster_id = services.clusters.create(CLUSTER)
    services.forget_cluster(cluster_id)
    assert services.list_clusters() == []
    for act in (services.get_cluster, services.forget_cluster, services.terminate_cluster):
        with pytest.raises(CloudError, match=f"Cluster {cluster_id} does not exist"):
            act(cluster_id)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"single_user_name": None}, "single_user_name is required when data_security_mode"),
        ({"data_security_mode": "ALONE"}, "'ALONE' is not one of"),
        ({"acess_mode": "x"}, "unknown field acess_mode"),
        ({"autotermination_minutes": 9}, "must be 0 or 10 to 10000, got 9"),
        ({"node_type_id": None}, "Missing required field: node_type_id"),
        ({"num_workers": None}, "Exactly one of num_workers and autoscale"),
        ({"policy_id": "p"}, "does not support policy_id"),
    ],
)
def test_what_is_no_cluster_is_refused(
    services: Services, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(CloudError) as refused:
        services.clusters.create({**CLUSTER, **changes})
    assert message in refused.value.message


def test_a_step_that_the_table_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="a cluster can't go from TERMINATED to RUNNING"):
        check_transition(State.TERMINATED, State.RUNNING)


def test_submitting_a_run_starts_its_terminated_cluster(
    light_services: Services, run_request: Callable[..., JsonObject]
) -> None:
    cluster_id = light_services.clusters.create(CLUSTER)
    light_services.terminate_cluster(cluster_id)
    task = {"new_cluster": None, "existing_cluster_id": cluster_id}
    record = light_services.runs.get(light_services.submit(run_request(task=task)))
    assert (record.cluster_id, record.submission.machines) == (cluster_id, 2)
    assert light_services.get_cluster(cluster_id).state is State.RUNNING


def test_nobody_else_runs_on_a_single_users_cluster(
    services: Services, run_request: Callable[..., JsonObject]
) -> None:
    cluster_id = services.clusters.create({**CLUSTER, "single_user_name": "other@example.org"})
    task = {"new_cluster": None, "existing_cluster_id": cluster_id}
    with pytest.raises(CloudError, match="Single-user check failed") as refused:
        services.submit(run_request(task=task))
    assert (refused.value.status, refused.value.code) == (403, "PERMISSION_DENIED")
