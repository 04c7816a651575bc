"""Instance pools keep processes waiting; the processes are real, there is no Spark in them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from localcloud.databricks import machines, spark_settings
from localcloud.databricks.services import Services
from localcloud.databricks.spark_process import SparkLauncher, SparkProcess
from localcloud.databricks.submission import Submission
from localcloud.databricks.submission_rules import check_submission
from localcloud.store import JsonObject

POOL = {"instance_pool_name": "pool", "node_type_id": "Standard_D4ds_v5"}
RunRequest = Callable[..., JsonObject]


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not what():
        assert time.monotonic() < deadline, "it did not happen within 20 s"
        time.sleep(0.02)


def idle(services: Services, pool_id: str) -> int:
    stats = services.get_pool(pool_id).stats
    assert stats is not None
    return stats.idle_count or 0


def acquire(services: Services, run_id: int, wanted: Submission) -> SparkProcess:
    return services.machines.acquire(run_id, wanted, wanted.spark_conf, wanted.environment)


def fill(services: Services, **settings: Any) -> str:
    """Make a pool; returns once its minimum waits."""
    pool_id = services.create_pool({**POOL, **settings})
    wait_for(lambda: idle(services, pool_id) == settings.get("min_idle_instances", 0))
    return pool_id


def submission(
    services: Services, run_request: RunRequest, pool_id: str, **cluster: Any
) -> Submission:
    return check_submission(
        run_request(instance_pool_id=pool_id, **cluster), services.pools, services.clusters
    )


def test_a_run_takes_the_process_that_waits_and_a_new_one_takes_its_place(
    light_services: Services, run_request: RunRequest
) -> None:
    pool_id = fill(light_services, min_idle_instances=1)
    wanted = submission(light_services, run_request, pool_id)
    process = acquire(light_services, 1, wanted)
    assert process.ready
    stats = light_services.get_pool(pool_id).stats
    assert stats is not None
    assert (stats.idle_count, stats.used_count) == (0, 2)
    process.end(keep_log=False)
    light_services.machines.release(1, wanted)
    wait_for(lambda: idle(light_services, pool_id) == 1)


@pytest.mark.parametrize(
    "cluster", [{"spark_conf": {"a": "b"}}, {"spark_env_vars": {"A": "b"}}], ids=["conf", "env"]
)
def test_a_cluster_with_settings_of_its_own_gets_a_process_of_its_own(
    light_services: Services, run_request: RunRequest, cluster: JsonObject
) -> None:
    pool_id = fill(light_services, min_idle_instances=1)
    wanted = submission(light_services, run_request, pool_id, **cluster)
    process = acquire(light_services, 1, wanted)
    assert idle(light_services, pool_id) == 1
    process.end(keep_log=False)
    light_services.machines.release(1, wanted)


def test_a_machine_goes_back_to_a_pool_without_a_minimum_for_a_while(
    light_services: Services, run_request: RunRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool_id = fill(light_services, idle_instance_autotermination_minutes=1)
    wanted = submission(light_services, run_request, pool_id)
    acquire(light_services, 1, wanted).end(keep_log=False)
    light_services.machines.release(1, wanted)
    wait_for(lambda: idle(light_services, pool_id) == 1)
    clock = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: clock() + 61)
    wait_for(lambda: idle(light_services, pool_id) == 0)


def test_a_pool_never_gives_more_machines_than_it_may_have(
    light_services: Services, run_request: RunRequest
) -> None:
    pool_id = fill(light_services, max_capacity=3)
    wanted = submission(light_services, run_request, pool_id)
    first = acquire(light_services, 1, wanted)
    with pytest.raises(machines.NoCapacityError, match="max_capacity 3, 2 machines are used"):
        acquire(light_services, 2, wanted)
    first.end(keep_log=False)
    light_services.machines.release(1, wanted)


def test_an_edited_pool_ends_what_is_too_many(light_services: Services) -> None:
    pool_id = fill(light_services, min_idle_instances=2)
    light_services.edit_pool({**POOL, "instance_pool_id": pool_id, "min_idle_instances": 1})
    wait_for(lambda: idle(light_services, pool_id) == 1)


def test_a_deleted_pool_ends_what_waits_in_it(
    light_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[SparkProcess] = []
    launch = light_services.machines._launcher.launch

    def remember(_launcher: object, *arguments: Any) -> SparkProcess:
        started.append(launch(*arguments))
        return started[-1]

    monkeypatch.setattr(SparkLauncher, "launch", remember)
    pool_id = fill(light_services, min_idle_instances=1)
    light_services.delete_pool(pool_id)
    assert [process.alive for process in started] == [False]
    assert [process.folder.exists() for process in started] == [False]


def test_a_process_that_cannot_start_is_reported_and_not_tried_at_once_again(
    light_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_settings, "spark_conf", lambda *_: {"broken": "yes"})
    pool_id = light_services.create_pool({**POOL, "min_idle_instances": 1})

    def problems() -> list[str]:
        status = light_services.get_pool(pool_id).status
        errors = status.pending_instance_errors if status else None
        return [error.message or "" for error in errors or []]

    wait_for(lambda: problems() != [])
    [problem] = problems()
    assert "a Spark process ended by itself; its log: " in problem
    stats = light_services.get_pool(pool_id).stats
    assert stats is not None
    assert (stats.idle_count, stats.pending_idle_count) == (0, 0)
