"""What is recorded of the steps of a run."""

from __future__ import annotations

import pytest

from localcloud.azureml.execution import steps
from localcloud.azureml.execution.plan import Output, Stored, Upstream
from localcloud.azureml.scope import Workspace
from localcloud.errors import CloudError


@pytest.mark.parametrize(
    ("output", "place"),
    [
        (
            Output(name="o", datastore="lake", path_template="azureml/{run-id}/{output-name}"),
            Stored("lake", "azureml/r1/o"),
        ),
        (Output(name="o", datastore=None, path_template="x"), Stored("workspaceblobstore", "x")),
    ],
)
def test_an_output_gets_a_place_in_a_datastore(
    local_workspace: Workspace, output: Output, place: Stored
) -> None:
    assert steps.choose_output(local_workspace, "r1", output) == place


def test_an_input_is_where_the_step_before_wrote_it(local_workspace: Workspace) -> None:
    record = steps.StepRecord(run_id="r1", outputs={"o": Stored("workspaceblobstore", "x")})
    steps.save(local_workspace, "p", "n1", record)
    assert steps.find(local_workspace, "p", "n1") == record
    place = steps.place_of_input(local_workspace, "p", Upstream("n1", "o"))
    assert place.url == "wasbs://blobs@stunit.blob.localhost:20002/x"


def test_an_input_in_a_datastore_that_does_not_exist_is_refused(
    local_workspace: Workspace,
) -> None:
    with pytest.raises(CloudError) as refusal:
        steps.place_of_input(local_workspace, "p", Stored("no", "x"))
    assert refusal.value.message == "datastore 'no' was not found in this workspace"
