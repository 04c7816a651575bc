"""One step of a run: from its place in the plan to a notebook run on Databricks and back.

A step succeeds only if Databricks says that the notebook ran to its end.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import PermissionDenied, Unauthenticated
from databricks.sdk.errors.base import DatabricksError

from localcloud.azureml import logs
from localcloud.azureml.execution import databricks_run, reuse, steps
from localcloud.azureml.execution.interrupt import AbandonedError, Interrupt
from localcloud.azureml.execution.places import Place
from localcloud.azureml.execution.plan import Step
from localcloud.azureml.run_history import RunHistory
from localcloud.azureml.run_tokens import RunToken
from localcloud.azureml.scope import Workspace
from localcloud.azureml.wire import new_id, now
from localcloud.errors import CloudError
from localcloud.store import JsonObject

log = logging.getLogger(__name__)

SHORTEST_POLL_SECONDS = 0.1
LONGEST_POLL_SECONDS = 0.5


@dataclass(frozen=True, kw_only=True)
class StepRun:
    """A step on its way.

    Attributes:
        run: the pipeline run's document in run history.
        experiment: name of the experiment.
        run_id: id of the step's own run.
    """

    workspace: Workspace
    run: JsonObject
    experiment: str
    step: Step
    interrupt: Interrupt
    run_id: str

    def execute(self) -> bool:
        """Run the step to its end; whether it succeeded.

        Raises:
            AbandonedError: the cloud stops; the step's state is left as it is.
        """
        self._begin()
        if self.step.reuse and self._take_earlier_result():
            return True
        state, error = self._outcome()
        if error is not None:
            self._say(error)
        RunHistory(self.workspace).move(self.run_id, state, error=error)
        if state == "Completed" and self.step.reuse:
            self._let_others_reuse()
        return state == "Completed"

    def _take_earlier_result(self) -> bool:
        """Complete with what the same step wrote before, if it has completed before."""
        earlier = reuse.find(self.workspace, self._identity())
        if earlier is None:
            return False
        record = steps.StepRecord(run_id=self.run_id, outputs=earlier.record.outputs)
        steps.save(self.workspace, self.run["runId"], self.step.node_id, record)
        self._say(f"not run: the result of run {earlier.record.run_id} is reused")
        history = RunHistory(self.workspace)
        history.update(self.run_id, {"properties": earlier.properties})
        for state in ("Queued", "Running", "Completed"):
            history.move(self.run_id, state)
        return True

    def _let_others_reuse(self) -> None:
        record = steps.find(self.workspace, self.run["runId"], self.step.node_id)
        if record is not None:
            completed = reuse.Earlier(
                pipeline_run_id=self.run["runId"], node_id=self.step.node_id, record=record
            )
            reuse.remember(self.workspace, self._identity(), completed)

    def _identity(self) -> str:
        return reuse.identity(self.step, self._inputs())

    def _outcome(self) -> tuple[str, str | None]:
        try:
            return self._run_on_databricks()
        except AbandonedError:
            raise
        except (PermissionDenied, Unauthenticated) as problem:
            return "Failed", (
                f"Databricks refused the access token of compute {self.step.compute_name!r} "
                f"({_told(problem)}); attach the compute again with a new token"
            )
        except (CloudError, DatabricksError, OSError) as problem:
            return "Failed", _told(problem)
        except Exception as problem:
            log.exception("step %s failed within localcloud", self.run_id)
            return "Failed", f"localcloud failed: {problem!r}"

    def _begin(self) -> None:
        node = {"azureml.nodeid": self.step.node_id, "azureml.pipeline": self.run["runId"]}
        properties = {
            **node,
            "azureml.pipelinerunid": self.run["runId"],
            "azureml.moduleid": self.step.module_id,
            "StepType": "DatabricksStep",
            "ComputeTargetType": "Databricks",
        }
        outputs = {
            output.name: steps.choose_output(self.workspace, self.run_id, output)
            for output in self.step.outputs
        }
        with self.workspace.transaction():
            RunHistory(self.workspace).begin(
                run_id=self.run_id,
                experiment=self.experiment,
                run_type="azureml.StepRun",
                name=self.step.name,
                parent=self.run,
                tags=node,
                properties=properties,
            )
            record = steps.StepRecord(run_id=self.run_id, outputs=outputs)
            steps.save(self.workspace, self.run["runId"], self.step.node_id, record)

    def _run_on_databricks(self) -> tuple[str, str | None]:
        places = self._places()
        client = databricks_run.connect(self.workspace, self.step.compute_name)
        RunHistory(self.workspace).move(self.run_id, "Queued")
        self._say(f"Databricks workspace: {client.config.host}")
        for name, place in places.items():
            self._say(f"{name}: {place.url}")
        databricks_run.store_keys(client, places.values())
        databricks_run_id = databricks_run.submit(
            client,
            notebook_path=self.step.notebook_path,
            widgets=self._widgets(places),
            settings=self.step.cluster,
            default_run_name=f"{self.experiment}_{self.step.name}_{self.run_id}",
            idempotency_token=self.run_id,
        )
        self._say(f"Databricks run {databricks_run_id}: notebook {self.step.notebook_path}")
        try:
            progress = self._follow(client, databricks_run_id)
        except (DatabricksError, OSError):
            databricks_run.cancel_quietly(client, databricks_run_id)
            raise
        output = databricks_run.output(client, progress.task_run_id)
        self._write_stdout(output.stdout)
        self._write(logs.Stream.STDERR, output.error_trace)
        if progress.succeeded:
            return "Completed", None
        if progress.canceled:
            return "Canceled", None
        run = f"Databricks run {databricks_run_id} of step {self.step.name!r}"
        told = f"{run} ended {progress.message}"
        if output.error not in told + output.error_trace:
            told = f"{told}\n{output.error}"
        return "Failed", f"{told}\n{output.error_trace}".rstrip()

    def _places(self) -> dict[str, Place]:
        record = steps.find(self.workspace, self.run["runId"], self.step.node_id)
        outputs = {} if record is None else record.outputs
        return {
            **self._inputs(),
            **{name: steps.place_of(self.workspace, stored) for name, stored in outputs.items()},
        }

    def _inputs(self) -> dict[str, Place]:
        return {
            name: steps.place_of_input(self.workspace, self.run["runId"], source)
            for name, source in self.step.inputs.items()
        }

    def _follow(self, client: WorkspaceClient, databricks_run_id: int) -> databricks_run.Progress:
        """Wait for the end. The interval grows with the time: a short run loses little."""
        started = time.monotonic()
        said, running, canceling = "", False, False
        while True:
            progress = databricks_run.progress(client, databricks_run_id)
            if progress.message != said:
                said = progress.message
                self._say(said)
            if not running and not progress.waiting and (progress.succeeded or not progress.ended):
                running = True
                self._say(f"Databricks page: {progress.page_url}")
                RunHistory(self.workspace).move(self.run_id, "Running")
            if progress.ended:
                return progress
            if running:
                self._write_stdout(databricks_run.output(client, progress.task_run_id).stdout)
            elapsed = time.monotonic() - started
            pause = min(max(elapsed / 20, SHORTEST_POLL_SECONDS), LONGEST_POLL_SECONDS)
            if canceling:
                self.interrupt.pause(pause)
            elif self.interrupt.wait(pause):
                canceling = True
                self._say("cancel requested")
                client.jobs.cancel_run(databricks_run_id)

    def _widgets(self, places: dict[str, Place]) -> dict[str, str]:
        data = [widget for name, place in places.items() for widget in place.widgets(name).items()]
        return {**self.step.parameters, **dict(data), **self._run_context()}

    def _run_context(self) -> dict[str, str]:
        """Widgets from which a notebook can build its own run.

        Fidelity: verified (public notebooks that run as DatabricksStep read these names)
        """
        issued = RunToken.issue(self.workspace)
        return {
            "--AZUREML_RUN_TOKEN": issued.token,
            "--AZUREML_RUN_TOKEN_EXPIRY": str(issued.expiry_epoch_seconds),
            "--AZUREML_RUN_ID": self.run_id,
            "--AZUREML_ARM_SUBSCRIPTION": self.workspace.subscription_id,
            "--AZUREML_ARM_RESOURCEGROUP": self.workspace.resource_group,
            "--AZUREML_ARM_WORKSPACE_NAME": self.workspace.name,
            "--AZUREML_ARM_PROJECT_NAME": self.experiment,
            "--AZUREML_SERVICE_ENDPOINT": self.workspace.cloud.home.azureml_url,
            "--AZUREML_WORKSPACE_ID": self.workspace.guid,
            "--AZUREML_EXPERIMENT_ID": str(self.run["experimentId"]),
        }

    def _say(self, text: str) -> None:
        self._write(logs.Stream.JOB, f"{now()} {text}\n")

    def _write_stdout(self, stdout: str) -> None:
        """Add what is new. Databricks gives the whole, of which the beginning may be cut off."""
        known = logs.read(self.workspace, self.run_id, logs.Stream.STDOUT)
        if stdout.startswith(known):
            self._write(logs.Stream.STDOUT, stdout[len(known) :])

    def _write(self, stream: logs.Stream, text: str) -> None:
        logs.append(self.workspace, self.run_id, stream, text)


def new_step_run(
    workspace: Workspace, run: JsonObject, experiment: str, step: Step, interrupt: Interrupt
) -> StepRun:
    """A step that is about to start, with a run of its own."""
    return StepRun(
        workspace=workspace,
        run=run,
        experiment=experiment,
        step=step,
        interrupt=interrupt,
        run_id=new_id(),
    )


def _told(problem: Exception) -> str:
    """What a person should read; the databricks-sdk adds its configuration to some messages."""
    return str(problem).partition(" Config: ")[0]
