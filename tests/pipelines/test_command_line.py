"""Every command against the local cloud: what it prints, its JSON, its exit code."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.service.workspace import ImportFormat, Language
from typer.testing import CliRunner, Result

from pipelines import __main__ as cli
from pipelines import catalog
from pipelines.azureml_backend import AzureMlBackend
from pipelines.errors import SpecError
from pipelines.feature_engineering import feature_engineering
from pipelines.spec import DatastorePath, Pipeline
from stack_outputs import StackOutputs
from tests.conftest import RunningCloud

pytestmark = [pytest.mark.servers, pytest.mark.spark]

DEADLINE_SECONDS = 120
SECRET = "dapi" + 32 * "a"
SLOW = """\
# Databricks notebook source
import os, time
java = spark._jvm.java.lang.ProcessHandle.current().pid()
print(f"processes {os.getpid()} {java} {time.time()}")
time.sleep(600)
"""
LEAKY = f"""\
# Databricks notebook source
print("opened with {SECRET}")
def open_it():
    raise RuntimeError("could not open https://st/x?sig=abc%2Fdef&se=1 with {SECRET}")
open_it()
"""
LIMIT_SECONDS = 8
"""Of the step whose own time limit is tested: it counts from the start of the notebook."""


@dataclass(frozen=True)
class Shell:
    """Runs ``python -m pipelines`` on what is deployed."""

    outputs: Path

    def run(self, *arguments: str) -> Result:
        command = [arguments[0], "--outputs", str(self.outputs), *arguments[1:]]
        return CliRunner().invoke(cli.app, command)

    def json(self, *arguments: str, exit_code: int = 0) -> Any:
        result = self.run(*arguments, "--json")
        assert result.exit_code == exit_code, result.output
        return json.loads(result.stdout)


@pytest.fixture(scope="module")
def databricks(deployed: StackOutputs, cloud: RunningCloud) -> WorkspaceClient:
    token = cloud.environment["DATABRICKS_TOKEN"]
    return WorkspaceClient(host=deployed.databricks_workspace_url, token=token, auth_type="pat")


@pytest.fixture(scope="module")
def shell(
    deployed: StackOutputs,
    backend: AzureMlBackend,
    databricks: WorkspaceClient,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Shell]:
    """A shell that also knows pipelines whose notebooks are slow, limited in time and leaky."""
    databricks.workspace.mkdirs("/Shared")
    for name, source in (("slow", SLOW), ("leaky", LEAKY)):
        databricks.workspace.upload(
            f"/Shared/{name}",
            io.BytesIO(source.encode()),
            format=ImportFormat.SOURCE,
            language=Language.PYTHON,
        )
    more: dict[str, Callable[[StackOutputs], Pipeline]] = {
        "slow": lambda stack: with_notebook(stack, "slow", "slow"),
        "limited": lambda stack: with_notebook(stack, "limited", "slow", LIMIT_SECONDS),
        "leaky": lambda stack: with_notebook(stack, "leaky", "leaky"),
    }
    for declare in more.values():
        backend.publish(declare(deployed))
    file = tmp_path_factory.mktemp("stack") / "outputs.json"
    file.write_text(json.dumps(asdict(deployed)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalog, "PIPELINES", {**catalog.PIPELINES, **more})
        yield Shell(file)


def with_notebook(
    stack: StackOutputs, name: str, notebook: str, timeout_seconds: int = 3600
) -> Pipeline:
    declared = feature_engineering(stack)
    step = replace(
        declared.steps[0], notebook_path=f"/Shared/{notebook}", timeout_seconds=timeout_seconds
    )
    return replace(declared, name=name, steps=(step,))


def eventually(what: str, found: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (value := found()):
        assert time.monotonic() < deadline, f"no {what} after {DEADLINE_SECONDS} s"
        time.sleep(0.2)
    return value


def announced(shell: Shell, run_id: str) -> list[str]:
    """What the slow notebook printed about itself; nothing before it runs."""
    printed = [log["stdout"].split()[:4] for log in shell.json("logs", run_id)]
    return next((words for words in printed if len(words) == 4), [])


def processes_of(announcement: list[str]) -> set[str]:
    """Which of the slow notebook's two processes are there; not who got their ids later."""
    _, python, java, at = announcement
    there = set()
    for name, process_id in (("python", python), ("java", java)):
        with suppress(psutil.NoSuchProcess):
            if psutil.Process(int(process_id)).create_time() < float(at) + 1:
                there.add(name)
    return there


def assert_gone(announcement: list[str]) -> None:
    eventually("end of Spark", lambda: not processes_of(announcement))


def databricks_states(databricks: WorkspaceClient, notebook: str) -> set[str]:
    """Result states of all Databricks runs of a notebook; their life is over."""
    states = set()
    for run in databricks.jobs.list_runs(expand_tasks=True):
        for task in run.tasks or []:
            if task.notebook_task and task.notebook_task.notebook_path == f"/Shared/{notebook}":
                assert run.state is not None
                assert run.state.life_cycle_state is not None
                states.add(run.state.result_state.value if run.state.result_state else "none yet")
    return states


def test_a_run_can_be_published_followed_listed_looked_at_and_copied(
    shell: Shell, tmp_path: Path
) -> None:
    published = shell.json("publish", "--build-id", "7")
    run = shell.json("run", "--wait", "--head", "2")
    assert (published["is_new"], published["version"]) == (True, "7")
    assert shell.json("publish", "--build-id", "7") == {**published, "is_new": False}

    assert (run["state"], len(run["preview"]["rows"])) == ("Finished", 2)
    assert [(step["name"], step["state"]) for step in run["steps"]] == [
        ("feature_engineering", "Finished")
    ]
    described = {name: value for name, value in run.items() if name != "preview"}
    assert shell.json("status", run["id"]) == described
    assert shell.json("watch") == described

    [log] = shell.json("logs")
    assert (log["step"], "TERMINATED SUCCESS" in log["job"]) == ("feature_engineering", True)

    newest, *_ = shell.json("list")
    assert (newest["id"], newest["version"]) == (run["id"], "7")
    assert [
        each["version"] for each in shell.json("list", "--published") if each["is_default"]
    ] == ["7"]

    target = tmp_path / "new" / "features"
    copied = shell.json("output", run["id"], "--download", str(target), "--head", "0")
    files = [file for file in target.rglob("*") if file.is_file()]
    assert copied["download"] == {
        "directory": str(target),
        "files": len(files),
        "size_bytes": sum(file.stat().st_size for file in files),
    }
    assert {"_report.json", "_SUCCESS"} <= {file.name for file in files}
    again = shell.run("output", run["id"], "--download", str(target))
    assert (again.exit_code, again.stderr) == (
        2,
        f"error: --download {target}: it exists already; give a new directory\n",
    )
    over = shell.run("cancel", run["id"])
    assert (over.exit_code, over.stderr) == (
        2,
        f"error: run {run['id']} is Finished: there is nothing to cancel\n",
    )


def test_a_training_run_beats_the_mean_and_its_metrics_are_read_back(shell: Shell) -> None:
    shell.json("publish", "--pipeline", "training")
    run = shell.json("run", "--pipeline", "training", "--wait", "--head", "1")

    metrics = run["metrics"]
    print(  # noqa: T201 (a person reads it)
        f"RMSE {metrics['rmse']:.2f}, that of the mean {metrics['rmse_of_mean']:.2f}"
    )
    assert metrics["rmse"] < metrics["rmse_of_mean"]
    assert [(step["name"], step["state"]) for step in run["steps"]] == [
        ("feature_engineering", "Finished"),
        ("train", "Finished"),
        ("batch_score", "Finished"),
    ]
    assert run["preview"]["columns"][-1] == "PREDICTION"
    status = shell.json("status", "--pipeline", "training")
    assert (status["id"], status["metrics"]) == (run["id"], metrics)
    people = shell.run("status", "--pipeline", "training")
    assert f"rmse {metrics['rmse']:.4g}" in " ".join(people.output.split())


def test_cancel_ends_the_run_on_both_sides_and_spark_with_it(
    shell: Shell, databricks: WorkspaceClient
) -> None:
    run_id = shell.json("run", "--pipeline", "slow")["id"]
    announcement = eventually("Spark process", lambda: announced(shell, run_id))
    assert processes_of(announcement) == {"python", "java"}

    canceled = shell.json("cancel", run_id)

    assert canceled["state"] == "Canceled"
    assert_gone(announcement)
    assert databricks_states(databricks, "slow") == {"CANCELED"}
    assert shell.json("cancel", run_id)["state"] == "Canceled"
    assert shell.json("status", run_id, exit_code=1)["state"] == "Canceled"


def test_a_run_past_its_time_limit_is_canceled_on_both_sides(
    shell: Shell, databricks: WorkspaceClient
) -> None:
    result = shell.run("run", "--pipeline", "slow", "--wait", "--timeout", "1s", "--json")

    assert (result.exit_code, json.loads(result.stdout)["state"]) == (3, "Canceled")
    assert "took longer than 1 s: canceling it" in result.stderr
    assert databricks_states(databricks, "slow") == {"CANCELED"}


def test_a_steps_own_time_limit_ends_it_on_both_sides_with_nobody_waiting(
    shell: Shell, databricks: WorkspaceClient
) -> None:
    run_id = shell.json("run", "--pipeline", "limited")["id"]

    run = shell.json("watch", run_id, exit_code=1)

    assert run["state"] == "Failed"
    assert f"exceeded its limit of {LIMIT_SECONDS} seconds" in run["failure"]["cause"]
    assert_gone(announced(shell, run_id))
    assert "TIMEDOUT" in databricks_states(databricks, "slow")


def test_a_failure_is_one_cause_with_the_notebooks_traceback_last_and_no_secret(
    shell: Shell,
) -> None:
    result = shell.run("run", "--pipeline", "leaky", "--wait")

    assert result.exit_code == 1
    cause = "RuntimeError: could not open https://st/x?sig=***&se=1 with ***"
    told = result.stderr.partition("\nFailed ")[2].splitlines()
    assert told[0] == f"step feature_engineering: {cause}"
    assert told[1].startswith("Databricks run ")
    assert (told[-1], told.count("Traceback (most recent call last):")) == (cause, 1)
    logs = shell.run("logs", "--pipeline", "leaky")
    assert "opened with ***" in logs.stdout
    assert SECRET not in result.output + logs.output


def test_a_wrong_value_is_refused_before_anything_is_asked(shell: Shell) -> None:
    result = shell.run("run", "--param", "trainig_data=x.csv")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "error: pipeline 'feature-engineering' has no parameter 'trainig_data': did you mean "
        "'training_data'?\n"
    )


def test_stack_outputs_that_are_not_whole_are_refused(shell: Shell, tmp_path: Path) -> None:
    outputs = json.loads(shell.outputs.read_text())
    del outputs["instance_pool_id"]
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps(outputs))

    result = Shell(file).run("run")

    assert (result.exit_code, "instance_pool_id: missing" in result.stderr) == (2, True)
    assert "Deploy it first: pulumi up" in result.stderr


def test_a_notebook_that_is_gone_is_refused_before_the_run(
    shell: Shell, databricks: WorkspaceClient, deployed: StackOutputs, backend: AzureMlBackend
) -> None:
    gone = with_notebook(deployed, "slow", "gone")
    before = backend.publish(with_notebook(deployed, "slow", "slow"))
    backend.publish(gone)

    result = shell.run("run", "--pipeline", "slow")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "notebook /Shared/gone is not in" in result.stderr
    assert backend.publish(with_notebook(deployed, "slow", "slow")) == before


def test_a_step_is_reused_only_where_nothing_that_it_reads_can_have_changed(
    deployed: StackOutputs, backend: AzureMlBackend, databricks: WorkspaceClient
) -> None:
    reusable = with_notebook(deployed, "reusable", "quick")
    [step] = reusable.steps
    inputs = {
        name: replace(source, is_immutable=True)
        for name, source in step.inputs.items()
        if isinstance(source, DatastorePath)
    }
    reusable = replace(reusable, steps=(replace(step, inputs=inputs, reuse=True),))
    databricks.workspace.upload(
        "/Shared/quick",
        io.BytesIO(b"# Databricks notebook source\nprint('ran')\n"),
        format=ImportFormat.SOURCE,
        language=Language.PYTHON,
    )

    def run(pipeline: Pipeline, **values: str) -> tuple[str, str]:
        """The output's path, and what the notebook printed."""
        backend.publish(pipeline)
        run_id = backend.submit(pipeline, values)
        eventually("end of the run", lambda: backend.runs.state(run_id).is_final)
        described = backend.runs.describe(run_id, pipeline)
        assert described.output is not None
        [log] = backend.runs.logs(run_id)
        return described.output.path, log.stdout

    first, printed = run(reusable)
    again, silent = run(reusable)
    other, printed_too = run(reusable, training_data="diabetes_with_missing.csv")

    assert (first, other != first) == (again, True)
    assert (printed, silent, printed_too) == ("ran\n", "", "ran\n")
    with pytest.raises(SpecError, match="leave reuse off, or declare the input with is_immutable"):
        replace(with_notebook(deployed, "reusable", "quick").steps[0], reuse=True)
