"""State of run history: experiments, and the runs in them.

One document per run, whatever it is a run of; it alone holds the run's state. Has no HTTP.
"""

from __future__ import annotations

from dataclasses import dataclass

from localcloud.azureml import states
from localcloud.azureml.scope import Kind, Workspace
from localcloud.azureml.wire import new_id, not_found, now
from localcloud.store import JsonObject
from localcloud.tokens import OBJECT_ID, TENANT_ID

USER_NAME = "localcloud developer"
"""The one identity of the local cloud, as its tokens name it."""


@dataclass(frozen=True)
class RunHistory:
    """Experiments and runs of one workspace."""

    workspace: Workspace

    def experiment(self, name: str) -> JsonObject:
        """The experiment with this name.

        Raises:
            CloudError: 404.
        """
        return self.workspace.require(Kind.EXPERIMENT, name, "experiment")

    def experiment_by_id(self, experiment_id: str) -> JsonObject:
        """The experiment with this id.

        Raises:
            CloudError: 404.
        """
        for experiment in self.workspace.all(Kind.EXPERIMENT):
            if experiment["experimentId"] == experiment_id:
                return experiment
        raise not_found("experiment", experiment_id)

    def ensure_experiment(self, name: str) -> JsonObject:
        """The experiment with this name, made if need be."""
        with self.workspace.transaction():
            found = self.workspace.get(Kind.EXPERIMENT, name)
            if found is None:
                found = {
                    "experimentId": new_id(),
                    "name": name,
                    "createdUtc": now(),
                    "latestModifiedUtc": now(),
                    "archivedTime": None,
                    "tags": {},
                }
                self.workspace.put(Kind.EXPERIMENT, name, found)
        return found

    def run(self, run_id: str) -> JsonObject:
        """The run with this id.

        Raises:
            CloudError: 404.
        """
        return self.workspace.require(Kind.RUN, run_id, "run")

    def runs(self, experiment_id: str | None = None) -> list[JsonObject]:
        """Runs of an experiment, or of all; the newest first."""
        found = [
            run
            for run in self.workspace.all(Kind.RUN)
            if experiment_id in (None, run["experimentId"])
        ]
        return sorted(found, key=lambda run: int(run["runNumber"]), reverse=True)

    def children(self, run_id: str) -> list[JsonObject]:
        """Direct children of a run, the newest first."""
        return [run for run in self.runs() if run["parentRunId"] == run_id]

    def begin(
        self,
        *,
        run_id: str,
        experiment: str,
        run_type: str,
        name: str | None = None,
        parent: JsonObject | None = None,
        tags: dict[str, str] | None = None,
        properties: dict[str, str] | None = None,
    ) -> JsonObject:
        """Record a new run, in state NotStarted."""
        with self.workspace.transaction():
            uuid = new_id()
            run: JsonObject = {
                "runId": run_id,
                "runNumber": 1 + max((each["runNumber"] for each in self.runs()), default=0),
                "runUuid": uuid,
                "parentRunId": None if parent is None else parent["runId"],
                "rootRunId": run_id if parent is None else parent["rootRunId"],
                "rootRunUuid": uuid if parent is None else parent["rootRunUuid"],
                "experimentId": self.ensure_experiment(experiment)["experimentId"],
                "runType": run_type,
                "name": name,
                "displayName": name,
                "dataContainerId": f"dcid.{run_id}",
                "status": "NotStarted",
                "createdUtc": now(),
                "startTimeUtc": None,
                "endTimeUtc": None,
                "hidden": False,
                "createdBy": {
                    "userObjectId": OBJECT_ID,
                    "userTenantId": TENANT_ID,
                    "userName": USER_NAME,
                },
                "scriptName": None,
                "target": None,
                "runDefinition": None,
                "properties": {"azureml.runsource": run_type, **(properties or {})},
                "tags": tags or {},
                "error": None,
                "warnings": [],
            }
            self.workspace.put(Kind.RUN, run_id, run)
        return run

    def move(self, run_id: str, state: str, *, error: str | None = None) -> None:
        """Move a run to another state; the error says why it failed.

        Raises:
            ImpossibleTransitionError: the state can't follow the present one.
        """
        with self.workspace.transaction():
            run = self.run(run_id)
            states.check_transition(run["runType"], run["status"], state)
            run["status"] = state
            if run["startTimeUtc"] is None:
                run["startTimeUtc"] = now()
            if state in states.FINAL:
                run["endTimeUtc"] = now()
            if error is not None:
                run["error"] = {"error": {"code": "UserError", "message": error, "details": []}}
            self.workspace.put(Kind.RUN, run_id, run)

    def fail_unfinished(self, run_id: str, error: str) -> None:
        """Fail a run and its children, as far as they have not ended."""
        with self.workspace.transaction():
            for run in (self.run(run_id), *self.children(run_id)):
                if run["status"] not in states.FINAL:
                    self.move(run["runId"], "Failed", error=error)

    def update(self, run_id: str, changes: JsonObject) -> JsonObject:
        """Merge tags and properties into a run, and set its texts."""
        with self.workspace.transaction():
            run = self.run(run_id)
            for field, value in changes.items():
                if isinstance(value, dict):
                    run[field].update(value)
                else:
                    run[field] = value
            self.workspace.put(Kind.RUN, run_id, run)
        return run
