"""The order in which steps run, and how a run ends. The steps themselves are simulated."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from localcloud.azureml import workspaces
from localcloud.azureml.execution import step_run
from localcloud.azureml.execution.interrupt import Interrupt
from localcloud.azureml.execution.plan import Plan, Step
from localcloud.azureml.execution.runner import Runner, close_runner, runner_of
from localcloud.azureml.run_history import RunHistory
from localcloud.azureml.scope import Workspace
from localcloud.azureml.states import FINAL


@dataclass
class Simulation:
    """Steps by name: those in ``failing`` fail, those in ``endless`` run until interrupted."""

    failing: set[str] = field(default_factory=set)
    endless: set[str] = field(default_factory=set)
    ran: list[str] = field(default_factory=list)
    together: threading.Barrier | None = None

    def new_step_run(
        self, workspace: Workspace, run: Any, experiment: str, step: Step, interrupt: Interrupt
    ) -> Any:
        """Stands for a step that would go to Databricks."""
        simulation = self

        class Simulated:
            def execute(self) -> bool:
                simulation.ran.append(step.name)
                if simulation.together is not None:
                    simulation.together.wait(timeout=10)
                while step.name in simulation.endless and not interrupt.wait(0.01):
                    pass
                return step.name not in simulation.failing | simulation.endless

        return Simulated()


@pytest.fixture
def simulation(monkeypatch: pytest.MonkeyPatch) -> Simulation:
    """What the steps do."""
    simulation = Simulation()
    monkeypatch.setattr(step_run, "new_step_run", simulation.new_step_run)
    return simulation


@pytest.fixture
def runner(local_workspace: Workspace) -> Iterator[Runner]:
    """The runner of the cloud in this process."""
    yield runner_of(local_workspace.cloud)
    close_runner(local_workspace.cloud)


@pytest.fixture
def start(local_workspace: Workspace, runner: Runner) -> Callable[..., str]:
    """Starts a run of ``step="names of the steps before it"``; returns its id."""

    def start_run(*, go_on: bool = False, **steps: str) -> str:
        plan = Plan(
            steps={name: _step(name, before) for name, before in steps.items()},
            continue_on_failure=go_on,
        )
        RunHistory(local_workspace).begin(
            run_id="r", experiment="e", run_type="azureml.PipelineRun"
        )
        runner.start(local_workspace, "r", "e", plan)
        return "r"

    return start_run


def _step(name: str, before: str) -> Step:
    return Step(
        node_id=name,
        name=name,
        module_id="m",
        after=frozenset(before.split()),
        notebook_path="/n",
        parameters={},
        compute_name="adb",
        cluster={},
        inputs={},
        outputs=(),
    )


def end_of(workspace: Workspace, run_id: str) -> str:
    """The state in which a run ended."""
    for _ in range(1000):
        state = str(RunHistory(workspace).run(run_id)["status"])
        if state in FINAL:
            return state
        time.sleep(0.01)
    raise AssertionError(f"the run did not end: {state}")


def test_a_step_runs_after_those_it_waits_for(
    local_workspace: Workspace, simulation: Simulation, start: Callable[..., str]
) -> None:
    assert end_of(local_workspace, start(c="b", b="a", a="")) == "Completed"
    assert simulation.ran == ["a", "b", "c"]


def test_steps_that_do_not_wait_for_each_other_run_at_the_same_time(
    local_workspace: Workspace, simulation: Simulation, start: Callable[..., str]
) -> None:
    simulation.together = threading.Barrier(3)
    assert end_of(local_workspace, start(a="", b="", c="")) == "Completed"


def test_after_a_failure_nothing_new_starts(
    local_workspace: Workspace, simulation: Simulation, start: Callable[..., str]
) -> None:
    simulation.failing = {"a"}
    assert end_of(local_workspace, start(a="", b="a", c="b")) == "Failed"
    assert simulation.ran == ["a"]


def test_a_run_that_goes_on_skips_only_what_needs_the_failed_step(
    local_workspace: Workspace, simulation: Simulation, start: Callable[..., str]
) -> None:
    simulation.failing = {"bad"}
    run = start(go_on=True, bad="", after_bad="bad", good="", after_good="good")
    assert end_of(local_workspace, run) == "Failed"
    assert sorted(simulation.ran) == ["after_good", "bad", "good"]


def test_a_canceled_run_ends_as_canceled_and_starts_nothing_more(
    local_workspace: Workspace,
    simulation: Simulation,
    start: Callable[..., str],
    runner: Runner,
) -> None:
    simulation.endless = {"a"}
    run = start(a="", b="a")
    runner.cancel(local_workspace, run)
    assert end_of(local_workspace, run) == "Canceled"
    assert "b" not in simulation.ran


def test_canceling_a_run_that_has_ended_changes_nothing(
    local_workspace: Workspace,
    simulation: Simulation,
    start: Callable[..., str],
    runner: Runner,
) -> None:
    run = start(a="")
    assert end_of(local_workspace, run) == "Completed"
    runner.cancel(local_workspace, run)
    assert end_of(local_workspace, run) == "Completed"


def test_a_run_under_way_when_the_cloud_stops_fails_and_says_so(
    local_workspace: Workspace, simulation: Simulation, start: Callable[..., str]
) -> None:
    simulation.endless = {"a"}
    run = start(a="")
    workspaces.close_all(local_workspace.cloud)
    found = RunHistory(local_workspace).run(run)
    assert (found["status"], found["error"]["error"]["message"]) == (
        "Failed",
        "localcloud was stopped while the run was under way",
    )


def test_a_run_that_nobody_runs_any_more_fails_when_the_cloud_starts(
    local_workspace: Workspace,
) -> None:
    history = RunHistory(local_workspace)
    history.begin(run_id="old", experiment="e", run_type="azureml.PipelineRun")
    history.move("old", "Running")
    workspaces.resume_all(local_workspace.cloud)
    assert history.run("old")["status"] == "Failed"


def test_deleting_a_workspace_ends_its_runs_and_forgets_everything(
    local_workspace: Workspace, simulation: Simulation, start: Callable[..., str]
) -> None:
    simulation.endless = {"a"}
    start(a="")
    cloud = local_workspace.cloud
    workspaces.delete(cloud, local_workspace.id)
    left = [kind for kind in ("aml.run", "aml.experiment", "arm.secret") if cloud.store.list(kind)]
    resources = [key for key, _ in cloud.store.list("arm.resource")]
    assert (left, resources) == ([], [local_workspace.id.lower()])
