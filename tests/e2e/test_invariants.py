"""What holds for every stack file, with the real engine on the local cloud.

The tests of a stack are one story, in this order: it is deployed (one through faults, one through
an engine that is killed again and again), looked at, changed and destroyed. The stories don't need
each other: stacks that one worker gets share a checkout and a cloud.

``TROUBLE=kills`` or ``TROUBLE=faults`` in the environment lets every stack go through that one.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.e2e.checkout import Checkout
from tests.e2e.deployed_stack import DeployedStack

pytestmark = [pytest.mark.engine, pytest.mark.servers, pytest.mark.spark]

STACKS = ("dev", "local", "prod")
WITH = {"prod": {"clusterMode": "singleUser"}}
"""What a stack has beside the settings of its file."""
KILLS = 10
LATE_SECONDS = 60
TROUBLE: list[dict[str, object]] = [
    {
        "method": "PUT",
        "path": ".*/storageAccounts/[a-z]+",
        "status": 429,
        "retry_after_seconds": 1,
        "times": 2,
    },
    {"method": "PUT", "path": ".*/virtualNetworks/.*", "status": 500, "times": 1},
    {"method": "PUT", "path": ".*/vaults/.*", "reset": True},
    {"path": "/api/2.0/clusters/list-node-types", "status": 503, "lasts_seconds": LATE_SECONDS},
    {"path": "/api/2.0/clusters/list-node-types", "status": None, "times": 1},
    {"path": "/api/2.0/clusters/list-node-types", "status": 500, "times": 1},
    {"path": "/api/2.0/clusters/list-node-types", "reset": True},
    {"method": "POST", "path": "/api/2.0/instance-pools/create", "status": 429, "times": 1},
    {"method": "POST", "path": "/api/2.0/token/create", "status": 503, "times": 1},
    {"path": "/api/2.0/workspace/mkdirs", "reset": True},
]


@pytest.fixture(scope="module")
def checkout(project_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    made = Checkout.make(project_dir, tmp_path_factory.mktemp("invariants") / "dataopsml")
    assert made.python("-m", "localcloud", "start").returncode == 0
    yield made
    made.python("-m", "localcloud", "stop")


@pytest.fixture(scope="module", params=STACKS)
def stack(request: pytest.FixtureRequest, checkout: Checkout) -> DeployedStack:
    return DeployedStack.make(checkout, request.param, **WITH.get(request.param, {}))


def _go_through_faults(stack: DeployedStack) -> None:
    with stack.arm() as arm:
        arm.put("/_localcloud/faults", json=TROUBLE).raise_for_status()


def _kill_the_engine_again_and_again(stack: DeployedStack) -> None:
    """Each time when it has made two more things."""
    for _ in range(KILLS):
        engine = subprocess.Popen(
            stack.command("up", "--skip-preview", "--yes"),
            cwd=stack.checkout.path,
            env=stack.checkout.variables(**stack.variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert engine.stdout is not None
        said: list[str] = []
        made = 0
        while made < 2:
            line = engine.stdout.readline()
            assert line, "the update ended before it was killed:\n" + "".join(said)
            said.append(line)
            made += " created" in line
        family = psutil.Process(engine.pid).children(recursive=True)
        engine.kill()
        engine.wait()
        _end_what_outlives_its_engine(family)
        stack.unlock()


def _end_what_outlives_its_engine(family: list[psutil.Process]) -> None:
    """The plugins end by themselves; Pulumi's language host may not, nor the program below it."""
    for process in family:
        with suppress(psutil.NoSuchProcess):
            if "pulumi-language" in " ".join(process.cmdline()):
                process.kill()
    _, alive = psutil.wait_procs([process for process in family if _runs(process)], timeout=20)
    assert [process.cmdline() for process in alive if _runs(process)] == []


def _runs(process: psutil.Process) -> bool:
    """Whether it is there, and not only its exit code that nobody has asked for."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_an_up_from_nothing_succeeds_whatever_goes_wrong_on_the_way(stack: DeployedStack) -> None:
    trouble = os.environ.get("TROUBLE") or {"dev": "faults", "local": "kills"}.get(stack.name)
    if trouble == "faults":
        _go_through_faults(stack)
    if trouble == "kills":
        _kill_the_engine_again_and_again(stack)

    up = stack.up()

    assert up.done.returncode == 0, up.said
    with stack.arm() as arm:
        arm.put("/_localcloud/faults", json=[]).raise_for_status()


def test_a_second_up_finds_no_drift_and_changes_nothing(stack: DeployedStack) -> None:
    again = stack.up("--refresh", "--expect-no-changes")

    assert (again.done.returncode, again.steps) == (0, []), again.said


def test_nothing_is_there_twice(stack: DeployedStack) -> None:
    deployed = stack.export()["resources"]
    ids = Counter(found["id"] for found in deployed if "id" in found)
    with stack.databricks() as databricks:
        pools = databricks.get("/api/2.0/instance-pools/list").json()["instance_pools"]
        tokens = databricks.get("/api/2.0/token/list").json()["token_infos"]

    assert {id_: n for id_, n in ids.items() if n > 1} == {}
    assert [pool["instance_pool_id"] for pool in pools] == [stack.outputs()["instance_pool_id"]]
    assert len(tokens) == 1


def test_no_secret_is_in_plain_text_in_state_events_and_logs(stack: DeployedStack) -> None:
    secrets = stack.secrets()
    files = stack.state_and_logs()

    assert len(secrets) >= 2
    assert {suffix for file in files if (suffix := file.suffix)} >= {".json", ".jsonl", ".log"}
    assert [
        str(file) for file, text in files.items() if any(secret in text for secret in secrets)
    ] == []


def test_drift_behind_its_back_is_repaired_and_another_pool_size_is_an_update_in_place(
    stack: DeployedStack,
) -> None:
    outputs = stack.outputs()
    names = outputs["subscription_id"], outputs["resource_group_name"]
    group = "/subscriptions/{}/resourceGroups/{}".format(*names)
    version = {"api-version": "2024-03-01"}
    with stack.arm() as arm:
        before = arm.get(group, params=version).json()
        arm.patch(group, params=version, json={"tags": {"by": "hand"}}).raise_for_status()
    stack.configure("poolMaxCapacity", "7")

    up = stack.up("--refresh")

    changed = {"main-group": "update", "jobs-pool": "update"}
    assert (up.done.returncode, up.ops) == (0, changed), up.said
    pool = {"instance_pool_id": outputs["instance_pool_id"]}
    with stack.arm() as arm, stack.databricks() as databricks:
        assert arm.get(group, params=version).json() == before
        seen = databricks.get("/api/2.0/instance-pools/get", params=pool).json()
    assert seen["max_capacity"] == 7


@pytest.mark.parametrize("stack", ["dev"], indirect=True)
def test_a_token_is_replaced_without_an_outage(stack: DeployedStack) -> None:
    with stack.databricks() as databricks:
        old = databricks.get("/api/2.0/token/list").json()["token_infos"]

        up = stack.up("--replace", "**::compute-token")

        new = databricks.get("/api/2.0/token/list").json()["token_infos"]
    assert up.done.returncode == 0, up.said
    assert up.steps == [
        ("create-replacement", "compute-token"),
        ("replace", "compute-token"),
        ("update", "compute-attachment"),
        ("delete-replaced", "compute-token"),
    ]
    assert (len(old), len(new), old == new) == (1, 1, False)


@pytest.mark.parametrize("stack", ["prod"], indirect=True)
def test_a_run_uses_the_cluster_that_a_stack_declares(stack: DeployedStack) -> None:
    cluster_id = stack.outputs()["existing_cluster_id"]

    run = stack.checkout.python(
        *("-m", "pipelines", "run", "--publish", "--wait", "--json", "--stack", stack.name),
        **stack.variables,
    )

    assert run.returncode == 0, run.stdout + run.stderr
    with stack.databricks() as databricks:
        runs = databricks.get("/api/2.1/jobs/runs/list", params={"expand_tasks": "true"}).json()
        cluster = databricks.get("/api/2.1/clusters/get", params={"cluster_id": cluster_id}).json()
    assert json.loads(run.stdout)["report"]["rows_out"] == 442
    [task] = [task for found in runs["runs"] for task in found["tasks"]]
    assert task["existing_cluster_id"] == cluster_id
    assert (cluster["data_security_mode"], cluster["state"]) == ("SINGLE_USER", "RUNNING")


def test_another_base_name_replaces_what_lies_in_azure_and_nothing_else(
    stack: DeployedStack,
) -> None:
    custom = [found for found in stack.export()["resources"] if found["custom"]]
    providers = {"databricks-provider"}
    names = {
        found["urn"].rpartition("::")[2]
        for found in custom
        if not found["type"].startswith("pulumi:")
    }
    stack.configure("baseName", "renamed")

    renamed = stack.up() if stack.name == "dev" else stack.preview()

    if stack.name == "prod":
        assert renamed.done.returncode != 0
        assert "protect" in renamed.said
        stack.configure("baseName", "dataopsml")
        return
    assert renamed.done.returncode == 0, renamed.said
    assert {name for op, name in renamed.steps if op == "replace"} == names
    assert {name for op, name in renamed.steps if op == "update"} <= providers
    assert {op for op, _ in renamed.steps} <= {
        "create-replacement",
        "delete-replaced",
        "discard-replaced",
        "replace",
        "update",
    }


def test_destroy_leaves_nothing_and_can_be_repeated(stack: DeployedStack) -> None:
    if stack.name == "prod":
        refused = stack.destroy()
        assert refused.done.returncode != 0
        assert "protect" in refused.said
        assert stack.pulumi("state", "unprotect", "--all", "--yes").returncode == 0

    for _ in range(2):
        destroyed = stack.destroy()
        assert destroyed.done.returncode == 0, destroyed.said

    assert stack.export().get("resources", []) == []
    with stack.arm() as arm:
        subscription = stack.variables["AZURE_SUBSCRIPTION_ID"]
        groups = arm.get(
            f"/subscriptions/{subscription}/resourcegroups", params={"api-version": "2024-03-01"}
        )
    left = [group["name"] for group in groups.raise_for_status().json()["value"]]
    assert [name for name in left if f"-{stack.name}-" in name] == []
