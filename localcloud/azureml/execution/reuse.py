"""Results of earlier steps that can stand in for running a step again.

A step whose author allows it (the module's ``IsDeterministic``) is not run if one with the same
module, notebook, parameters, cluster and inputs has completed: it gets that one's outputs. An
input is its datastore and path; what lies there is not looked at, so whoever allows reuse
answers for it.

Fidelity: verified (learn.microsoft.com, DatabricksStep: allow_reuse; azureml-pipeline-core,
StepRun: the properties of a reused run); what exactly makes two steps the same is assumed
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from localcloud.azureml.execution.places import Place
from localcloud.azureml.execution.plan import Step, Stored
from localcloud.azureml.execution.steps import StepRecord
from localcloud.azureml.scope import Kind, Workspace


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """A step that has completed before."""

    pipeline_run_id: str
    node_id: str
    record: StepRecord

    @property
    def properties(self) -> dict[str, str]:
        """What run history says of a run that stands on this one."""
        return {
            "azureml.isreused": "true",
            "azureml.reusedpipeline": self.pipeline_run_id,
            "azureml.reusednodeid": self.node_id,
            "azureml.reusedrunid": self.record.run_id,
        }


def identity(step: Step, inputs: Mapping[str, Place]) -> str:
    """The same for two steps exactly if one's result can stand in for the other's."""
    known = {
        "module": step.module_id,
        "notebook": step.notebook_path,
        "parameters": dict(step.parameters),
        "compute": step.compute_name,
        "cluster": dict(step.cluster),
        "inputs": {name: [place.datastore.name, place.path] for name, place in inputs.items()},
        "outputs": [[each.name, each.datastore, each.path_template] for each in step.outputs],
    }
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()


def find(workspace: Workspace, identity: str) -> Earlier | None:
    """The newest completed step of this identity."""
    found = workspace.get(Kind.REUSABLE, identity)
    if found is None:
        return None
    outputs = {name: Stored(*place) for name, place in found["outputs"].items()}
    return Earlier(
        pipeline_run_id=found["pipelineRunId"],
        node_id=found["nodeId"],
        record=StepRecord(run_id=found["runId"], outputs=outputs),
    )


def remember(workspace: Workspace, identity: str, completed: Earlier) -> None:
    """Let later steps of this identity use what ``completed`` has written."""
    value = {
        "pipelineRunId": completed.pipeline_run_id,
        "nodeId": completed.node_id,
        "runId": completed.record.run_id,
        "outputs": {
            name: [place.datastore, place.path] for name, place in completed.record.outputs.items()
        },
    }
    workspace.put(Kind.REUSABLE, identity, value)
