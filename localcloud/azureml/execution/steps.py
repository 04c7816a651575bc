"""What is recorded of a step in a run: its own run, and where its outputs are."""

from __future__ import annotations

from dataclasses import dataclass

from localcloud.azureml.blob_datastores import default_datastore_name, find_blob_datastore
from localcloud.azureml.execution.places import Place
from localcloud.azureml.execution.plan import Output, Stored, Upstream
from localcloud.azureml.scope import Kind, Workspace


@dataclass(frozen=True, kw_only=True)
class StepRecord:
    """A step that has started.

    Attributes:
        run_id: the step's own run in run history.
        outputs: output name to place.
    """

    run_id: str
    outputs: dict[str, Stored]


def find(workspace: Workspace, pipeline_run_id: str, node_id: str) -> StepRecord | None:
    """The record of a step, or None if the step has not started."""
    found = workspace.get(Kind.STEP, f"{pipeline_run_id}/{node_id}")
    if found is None:
        return None
    return StepRecord(
        run_id=found["runId"],
        outputs={name: Stored(*place) for name, place in found["outputs"].items()},
    )


def save(workspace: Workspace, pipeline_run_id: str, node_id: str, record: StepRecord) -> None:
    """Keep the record of a step."""
    outputs = {name: [place.datastore, place.path] for name, place in record.outputs.items()}
    value = {"runId": record.run_id, "outputs": outputs}
    workspace.put(Kind.STEP, f"{pipeline_run_id}/{node_id}", value)


def choose_output(workspace: Workspace, run_id: str, output: Output) -> Stored:
    """Where an output of a step's run goes."""
    path = output.path_template.replace("{run-id}", run_id).replace("{output-name}", output.name)
    return Stored(
        datastore=output.datastore or default_datastore_name(workspace),
        path=path,
    )


def place_of_input(workspace: Workspace, pipeline_run_id: str, source: Stored | Upstream) -> Place:
    """Where an input is. The step that writes it has ended.

    Raises:
        CloudError: the datastore does not exist or can't be used.
    """
    if isinstance(source, Stored):
        return place_of(workspace, source)
    writer = find(workspace, pipeline_run_id, source.node_id)
    if writer is None or source.output not in writer.outputs:
        raise LookupError(f"node {source.node_id} has written no output {source.output!r}")
    return place_of(workspace, writer.outputs[source.output])


def place_of(workspace: Workspace, stored: Stored) -> Place:
    """A path in a datastore, with the datastore looked up.

    Raises:
        CloudError: the datastore does not exist or can't be used.
    """
    return Place(datastore=find_blob_datastore(workspace, stored.datastore), path=stored.path)
