"""What can be submitted, and that nothing is ignored that would change what a run does."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from localcloud.databricks.services import Services
from localcloud.databricks.submission_rules import check_submission
from localcloud.errors import CloudError
from localcloud.store import JsonObject

RunRequest = Callable[..., JsonObject]


def test_a_notebook_on_a_new_cluster_is_accepted(
    services: Services, run_request: RunRequest
) -> None:
    task = {
        "notebook_task": {"notebook_path": "/Shared/a", "base_parameters": {"k": "v"}},
        "timeout_seconds": 60,
    }
    submission = check_submission(
        {**run_request(task=task), "timeout_seconds": 90}, services.pools, services.clusters
    )
    assert submission.notebook_path == "/Shared/a"
    assert submission.parameters == {"k": "v"}
    assert submission.timeout_seconds == 60
    assert submission.machines == 2
    assert submission.runtime.spark == "3.5.0"
    assert submission.pool_id is None


def test_a_cluster_takes_its_machines_from_a_pool(
    services: Services, run_request: RunRequest
) -> None:
    pool_id = services.create_pool(
        {"instance_pool_name": "pool", "node_type_id": "Standard_D4ds_v5"}
    )
    cluster = {"num_workers": None, "autoscale": {"min_workers": 2, "max_workers": 4}}
    submission = check_submission(
        run_request(instance_pool_id=pool_id, **cluster), services.pools, services.clusters
    )
    assert (submission.pool_id, submission.machines) == (pool_id, 3)


@pytest.mark.parametrize(
    ("cluster", "status", "message"),
    [
        ({"spark_version": "9.9"}, 400, "Invalid spark version 9.9; known: 14.3.x-scala2.12"),
        ({"spark_version": "17.3.x-scala2.13"}, 400, "it has Spark 4.0.0, here is Spark 3.5"),
        ({"spark_version": None}, 400, "Missing required field: tasks[0].new_cluster.spark_vers"),
        ({"node_type_id": None}, 400, "Missing required field: tasks[0].new_cluster.node_type_id"),
        ({"node_type_id": "Large"}, 400, "Node type Large is not supported"),
        ({"instance_pool_id": "nope"}, 404, "Can't find an instance pool with id: nope"),
        (
            {"instance_pool_id": "nope", "node_type_id": "Standard_D4ds_v5"},
            400,
            "The field 'node_type_id' cannot be supplied when an instance pool ID is provided.",
        ),
        ({"num_workers": None}, 400, "Exactly one of num_workers and autoscale must be given"),
        ({"num_workers": -1}, 400, "num_workers must not be negative, got -1"),
        (
            {"num_workers": None, "autoscale": {"min_workers": 3, "max_workers": 2}},
            400,
            "autoscale needs 0 <= min_workers <= max_workers, got 3 and 2",
        ),
        ({"policy_id": "p"}, 400, "does not support tasks[0].new_cluster.policy_id"),
        (
            {"init_scripts": [{"workspace": {"destination": "/a"}}]},
            400,
            "does not support tasks[0].new_cluster.init_scripts",
        ),
    ],
)
def test_a_cluster_that_cannot_be_had_is_refused(
    services: Services, run_request: RunRequest, cluster: Any, status: int, message: str
) -> None:
    with pytest.raises(CloudError) as refused:
        check_submission(run_request(**cluster), services.pools, services.clusters)
    assert refused.value.status == status
    assert message in refused.value.message


@pytest.mark.parametrize(
    ("task", "status", "message"),
    [
        ({"notebook_task": None}, 400, "Missing required field: tasks[0].notebook_task"),
        (
            {"spark_python_task": {"python_file": "a.py"}},
            400,
            "does not support tasks[0].spark_python_task",
        ),
        ({"libraries": [{"pypi": {"package": "a"}}]}, 400, "does not support tasks[0].libraries"),
        ({"max_retries": 1}, 400, "does not support tasks[0].max_retries"),
        (
            {"notebook_task": {"notebook_path": "a", "source": "GIT"}},
            400,
            "notebooks from git or on SQL warehouses",
        ),
        ({"new_cluster": None}, 400, "One of new_cluster and existing_cluster_id"),
        (
            {"new_cluster": None, "existing_cluster_id": "c"},
            404,
            "Cluster c does not exist",
        ),
    ],
)
def test_a_task_that_cannot_be_run_is_refused(
    services: Services, run_request: RunRequest, task: JsonObject, status: int, message: str
) -> None:
    with pytest.raises(CloudError) as refused:
        check_submission(run_request(task=task), services.pools, services.clusters)
    assert refused.value.status == status
    assert message in refused.value.message


@pytest.mark.parametrize(
    ("tasks", "message"),
    [
        ([], "Missing required field: tasks"),
        ([{"task_key": "a"}, {"task_key": "b"}], "runs of several tasks; this one has 2"),
    ],
)
def test_a_run_has_one_task(services: Services, tasks: list[JsonObject], message: str) -> None:
    with pytest.raises(CloudError) as refused:
        check_submission({"tasks": tasks}, services.pools, services.clusters)
    assert message in refused.value.message
