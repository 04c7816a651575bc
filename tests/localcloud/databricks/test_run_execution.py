"""What becomes of a run; the processes are real, there is no Spark in them."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from localcloud.databricks.run_execution import MAX_RUNS
from localcloud.databricks.runs import RunRecord
from localcloud.databricks.services import Services, open_services
from localcloud.store import JsonObject

RunRequest = Callable[..., JsonObject]
PLACE = "local Spark 3.5.7 in place of 15.4.x-scala2.12 (Spark 3.5.0)"


def submit(services: Services, run_request: RunRequest, does: str, **request: Any) -> int:
    services.objects.import_object(
        "/Shared/notebook", does.encode(), format_="SOURCE", language="PYTHON", overwrite=True
    )
    return services.submit({**run_request(), **request})


def wait(services: Services, run_id: int, state: str | None = None) -> RunRecord:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        record = services.runs.get(run_id)
        if record.state == state or (state is None and record.is_over):
            return record
        time.sleep(0.02)
    raise AssertionError(f"run is still {record}")


def ending(record: RunRecord) -> tuple[str, str, str]:
    return record.state, record.outcome, record.state_message


def test_a_notebook_that_comes_to_its_end_is_a_success(
    light_services: Services, run_request: RunRequest
) -> None:
    record = wait(light_services, submit(light_services, run_request, "succeed"))
    assert ending(record) == ("TERMINATED", "SUCCEEDED", f"Ran on {PLACE}")
    assert (record.result, record.error) == ("done", None)
    assert record.start_time <= record.execution_time <= record.cleanup_time <= record.end_time
    assert light_services.execution.log_file(record).read_text() == "printed\n"


def test_a_notebook_that_fails_keeps_its_trace(
    light_services: Services, run_request: RunRequest
) -> None:
    record = wait(light_services, submit(light_services, run_request, "fail"))
    message = f"Workload failed, see run output for details. Ran on {PLACE}"
    assert ending(record) == ("TERMINATED", "NOTEBOOK_FAILED", message)
    assert (record.error, record.error_trace) == ("ValueError: no", "Traceback: no")


def test_a_process_that_dies_is_never_a_success(
    light_services: Services, run_request: RunRequest
) -> None:
    record = wait(light_services, submit(light_services, run_request, "die"))
    assert ending(record)[:2] == ("INTERNAL_ERROR", "SPARK_DIED")
    assert "The Spark process ended with exit code 7 before" in record.state_message


def test_a_notebook_that_is_not_there_fails_the_run(
    light_services: Services, run_request: RunRequest
) -> None:
    record = wait(light_services, light_services.submit(run_request()))
    assert ending(record)[:2] == ("INTERNAL_ERROR", "NO_NOTEBOOK")
    assert "Unable to access the notebook '/Shared/notebook'" in record.state_message


def test_a_cluster_that_does_not_fit_into_its_pool_fails_the_run(
    light_services: Services, run_request: RunRequest
) -> None:
    pool_id = light_services.create_pool(
        {"instance_pool_name": "p", "node_type_id": "Standard_D4ds_v5", "max_capacity": 1}
    )
    request = run_request(instance_pool_id=pool_id)
    record = wait(light_services, submit(light_services, run_request, "succeed", **request))
    assert ending(record)[:2] == ("INTERNAL_ERROR", "NO_CLUSTER")
    assert "the cluster needs 2" in record.state_message


def test_a_cluster_that_refers_to_a_missing_secret_fails_the_run(
    light_services: Services, run_request: RunRequest
) -> None:
    request = run_request(spark_env_vars={"KEY": "{{secrets/none/none}}"})
    record = wait(light_services, submit(light_services, run_request, "succeed", **request))
    message = "The cluster could not be started: Scope none does not exist!"
    assert ending(record) == ("INTERNAL_ERROR", "NO_CLUSTER", message)


def test_a_disabled_task_is_skipped(light_services: Services, run_request: RunRequest) -> None:
    request = run_request(task={"disabled": True})
    record = wait(light_services, submit(light_services, run_request, "succeed", **request))
    assert ending(record) == ("SKIPPED", "DISABLED", "The task is disabled.")


def test_a_run_ends_at_its_time_limit(light_services: Services, run_request: RunRequest) -> None:
    run_id = submit(light_services, run_request, "hang", timeout_seconds=1)
    record = wait(light_services, run_id)
    assert ending(record) == ("TERMINATED", "TIMED_OUT", "Run exceeded its limit of 1 seconds.")


def test_a_run_can_be_canceled_while_it_runs(
    light_services: Services, run_request: RunRequest
) -> None:
    run_id = submit(light_services, run_request, "hang")
    wait(light_services, run_id, "RUNNING")
    light_services.execution.cancel(run_id)
    assert ending(wait(light_services, run_id)) == ("TERMINATED", "CANCELED", "Run cancelled.")
    light_services.execution.cancel(run_id)
    assert ending(wait(light_services, run_id)) == ("TERMINATED", "CANCELED", "Run cancelled.")


def test_runs_beyond_the_limit_wait_and_can_be_canceled_while_they_do(
    light_services: Services, run_request: RunRequest
) -> None:
    running = [submit(light_services, run_request, "hang") for _ in range(MAX_RUNS)]
    for run_id in running:
        wait(light_services, run_id, "RUNNING")
    waiting = [submit(light_services, run_request, "succeed") for _ in range(2)]
    light_services.execution.cancel(waiting[0])
    assert ending(wait(light_services, waiting[0]))[1] == "CANCELED"
    assert wait(light_services, waiting[1], "PENDING").outcome == ""
    light_services.execution.cancel(running[0])
    assert ending(wait(light_services, waiting[1]))[1] == "SUCCEEDED"


def test_a_stopped_server_says_so_in_the_runs_it_stopped(
    light_services: Services, run_request: RunRequest
) -> None:
    run_id = submit(light_services, run_request, "hang")
    wait(light_services, run_id, "RUNNING")
    light_services.close()
    message = "The local cloud was stopped while this run was under way."
    assert ending(light_services.runs.get(run_id)) == ("INTERNAL_ERROR", "SERVER_FAILED", message)


def test_a_killed_server_says_so_when_it_comes_back(
    light_services: Services, run_request: RunRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(light_services.execution, "start", lambda _record: None)
    run_id = submit(light_services, run_request, "succeed")
    assert light_services.runs.get(run_id).state == "PENDING"
    again = open_services(light_services.cloud, light_services.workspace)
    record = again.runs.get(run_id)
    again.close()
    assert ending(record)[:2] == ("INTERNAL_ERROR", "SERVER_FAILED")


def test_the_same_idempotency_token_is_the_same_run(
    light_services: Services, run_request: RunRequest
) -> None:
    first, second, other = (
        submit(light_services, run_request, "succeed", idempotency_token=token)
        for token in ("a", "a", "b")
    )
    assert first == second != other
    assert wait(light_services, other).outcome == "SUCCEEDED"
    assert wait(light_services, first).outcome == "SUCCEEDED"
