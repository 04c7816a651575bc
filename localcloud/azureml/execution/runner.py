"""Runs pipelines in threads: steps in the order of the graph, those that can at the same time.

A step is run anew unless its author allows reuse and the same step has completed before. When a
step fails, nothing
new starts (unless the run says to go on: then only what does not depend on it); steps already
running go on to their end.
"""

from __future__ import annotations

import logging
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path

from localcloud.azureml import states
from localcloud.azureml.execution.interrupt import AbandonedError, Interrupt
from localcloud.azureml.execution.plan import Plan
from localcloud.azureml.run_history import RunHistory
from localcloud.azureml.scope import Workspace
from localcloud.cloud import Cloud
from localcloud.errors import CloudError

log = logging.getLogger(__name__)

MAX_RUNS = 4
"""Pipeline runs at a time; others wait as NotStarted."""
MAX_STEPS = 8
"""Steps at a time, of all runs together."""
END_SECONDS = 30
"""How long the deletion of a workspace waits for its runs to end."""


@dataclass
class _Active:
    workspace: Workspace
    interrupt: Interrupt
    ended: threading.Event = field(default_factory=threading.Event)


class Runner:
    """The pipeline runs under way in one local cloud."""

    def __init__(self) -> None:
        self._runs = ThreadPoolExecutor(MAX_RUNS, thread_name_prefix="aml-run")
        self._steps = ThreadPoolExecutor(MAX_STEPS, thread_name_prefix="aml-step")
        self._active: dict[str, _Active] = {}
        self._lock = threading.Lock()

    def start(self, workspace: Workspace, run_id: str, experiment: str, plan: Plan) -> None:
        """Run a plan; its state is in run history."""
        active = _Active(workspace, Interrupt())
        with self._lock:
            self._active[run_id] = active
        self._runs.submit(self._run, active, run_id, experiment, plan)

    def cancel(self, workspace: Workspace, run_id: str) -> None:
        """Ask a run to end; nothing happens if it has ended."""
        history = RunHistory(workspace)
        with workspace.transaction():
            if history.run(run_id)["status"] not in ("NotStarted", "Running"):
                return
            history.move(run_id, "CancelRequested")
        with self._lock:
            active = self._active.get(run_id)
        if active is not None:
            active.interrupt.cancel()

    def cancel_all(self, workspace: Workspace) -> None:
        """Cancel every run of a workspace and wait for their end, but not for ever."""
        with self._lock:
            active = {
                run_id: each
                for run_id, each in self._active.items()
                if each.workspace.id == workspace.id
            }
        for run_id in active:
            self.cancel(workspace, run_id)
        for each in active.values():
            each.ended.wait(END_SECONDS)

    def close(self) -> None:
        """End all threads and leave the runs as they are."""
        with self._lock:
            active = list(self._active.values())
        for each in active:
            each.interrupt.abandon()
        self._runs.shutdown(cancel_futures=True)
        self._steps.shutdown(cancel_futures=True)

    def _run(self, active: _Active, run_id: str, experiment: str, plan: Plan) -> None:
        history = RunHistory(active.workspace)
        try:
            with active.workspace.transaction():
                if history.run(run_id)["status"] == "NotStarted":
                    history.move(run_id, "Running")
            failed = self._run_steps(active, run_id, experiment, plan)
            self._end(active.workspace, run_id, failed)
        except AbandonedError:
            log.info("run %s is left as it is: the cloud stops", run_id)
        except Exception as error:
            log.exception("run %s failed within localcloud", run_id)
            try:
                history.fail_unfinished(run_id, f"localcloud failed: {error!r}")
            except CloudError:
                log.info("run %s is gone with its workspace", run_id)
        finally:
            with self._lock:
                del self._active[run_id]
            active.ended.set()

    def _run_steps(self, active: _Active, run_id: str, experiment: str, plan: Plan) -> list[str]:
        """Run what can be run; returns the node ids of the steps that failed."""
        # The databricks-sdk costs 60 MB and seconds: it is loaded when the first pipeline runs.
        from localcloud.azureml.execution.step_run import new_step_run

        run = RunHistory(active.workspace).run(run_id)
        sorter = TopologicalSorter({node: step.after for node, step in plan.steps.items()})
        sorter.prepare()
        running: dict[Future[bool], str] = {}
        failed: list[str] = []
        while True:
            if not active.interrupt.requested and (plan.continue_on_failure or not failed):
                for node in sorter.get_ready():
                    step_run = new_step_run(
                        active.workspace, run, experiment, plan.steps[node], active.interrupt
                    )
                    running[self._steps.submit(step_run.execute)] = node
            if not running:
                return failed
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                node = running.pop(future)
                if future.result():
                    sorter.done(node)
                else:
                    failed.append(node)

    @staticmethod
    def _end(workspace: Workspace, run_id: str, failed: list[str]) -> None:
        history = RunHistory(workspace)
        with workspace.transaction():
            if history.run(run_id)["status"] == "CancelRequested":
                history.move(run_id, "Canceled")
            elif failed:
                errors = [
                    f"Step {child['name']!r} failed. {child['error']['error']['message']}"
                    for child in history.children(run_id)
                    if child["tags"]["azureml.nodeid"] in failed and child["error"]
                ]
                history.move(run_id, "Failed", error="\n".join(errors) or "a step was canceled")
            else:
                history.move(run_id, "Completed")


_runners: dict[Path, Runner] = {}
_runners_lock = threading.Lock()


def runner_of(cloud: Cloud) -> Runner:
    """The runner of a cloud, made on first use."""
    with _runners_lock:
        return _runners.setdefault(cloud.home.path, Runner())


def close_runner(cloud: Cloud) -> None:
    """End the runner of a cloud, if it has one."""
    with _runners_lock:
        runner = _runners.pop(cloud.home.path, None)
    if runner is not None:
        runner.close()


def fail_interrupted(workspace: Workspace, error: str) -> None:
    """Fail every run that has not ended although nobody runs it any more."""
    history = RunHistory(workspace)
    for run in history.runs():
        if run["parentRunId"] is None and run["status"] not in states.FINAL:
            history.fail_unfinished(run["runId"], error)
