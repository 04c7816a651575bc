"""Running the real notebook through Azure ML, and reading back what it wrote."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from pipelines.azureml_backend import AzureMlBackend
from pipelines.errors import NoOutputError
from pipelines.results import OutputPlace, Preview, Report, Run, RunState
from pipelines.session import Session
from stack_outputs import StackOutputs
from tests.pipelines.deployment import PROJECT, training_container

RUN_DEADLINE_SECONDS = 240


@pytest.fixture(scope="module")
def session(deployed: StackOutputs) -> Session:
    session = Session(deployed)
    session.publish()
    return session


def finish(session: Session, run_id: str) -> Run:
    """The run once it has ended."""
    deadline = time.monotonic() + RUN_DEADLINE_SECONDS
    while not session.state(run_id).is_final:
        assert time.monotonic() < deadline, f"run {run_id} did not end"
        time.sleep(0.5)
    return session.run(run_id)


def features(line: list[str]) -> tuple[object, ...]:
    """The row of features that the notebook makes of a line."""
    age, sex = map(int, line[:2])
    numbers = [float(number) for number in line[2:]]
    bmi, pressure, s1, _, s3 = numbers[:5]
    bounds = {"underweight": 18.5, "normal": 25, "overweight": 30, "obese": 1000}
    bmi_class = next(name for name, end in bounds.items() if bmi < end)
    band = f"{age // 15 * 15}-{age // 15 * 15 + 14}"
    return (age, sex, *numbers, bmi_class, band, s1 / s3, bmi * pressure)


@pytest.mark.servers
@pytest.mark.spark
def test_a_run_reads_what_it_is_given_and_its_rows_come_back(
    session: Session, deployed: StackOutputs
) -> None:
    lines = (PROJECT / "data" / "diabetes_with_missing.csv").read_text().splitlines()
    complete = [line.split(",") for line in lines[1:] if all(line.split(","))]

    run_id, notes = session.submit({"training_data": "diabetes_with_missing.csv"})
    run = finish(session, run_id)

    assert notes == []
    assert (run.state, run.failure) == (RunState.FINISHED, None)
    assert run.report == Report(
        rows_in=442, rows_dropped=442 - len(complete), rows_out=len(complete)
    )
    assert run.started is not None
    assert run.ended is not None
    assert timedelta(0) < run.ended - run.started
    assert run.output is not None
    assert run.output == OutputPlace(
        datastore="training_data",
        container="trainingdata",
        path=run.output.path,
        url=f"{deployed.training_blob_endpoint}trainingdata/{run.output.path}",
    )
    assert session.preview(run, rows=500) == Preview(
        columns=(*lines[0].split(","), "BMI_CLASS", "AGE_BAND", "S1_S3", "BMI_BP"),
        rows=tuple(map(features, complete)),
    )
    assert session.preview(run, rows=3).rows == session.preview(run, rows=500).rows[:3]
    assert session.run() == run


@pytest.mark.servers
@pytest.mark.spark
def test_a_malformed_line_fails_the_run_is_named_last_and_leaves_no_output(
    session: Session, deployed: StackOutputs, backend: AzureMlBackend
) -> None:
    key = backend.account_key(deployed.training_datastore_name)
    assert key is not None
    account = deployed.training_storage_account_name
    data = (PROJECT / "data" / "diabetes.csv").read_text().replace("21.6", "tall", 1)
    with training_container(deployed.training_blob_endpoint, account, key) as container:
        container.upload_blob("malformed.csv", data, overwrite=True)
        before = {blob.name for blob in container.list_blobs()}

        submitted = session.submit({"training_data": "malformed.csv", "max_quarantined_share": "0"})
        run = finish(session, submitted[0])

        left = set(container.list_blob_names()) - before
    # The storage driver marks the run's own folder; nothing of the output is in it.
    assert [name for name in left if "features" in name] == []
    assert (run.state, run.output, run.report) == (RunState.FAILED, None, None)
    assert run.failure is not None
    assert run.failure.step == "feature_engineering"
    assert run.failure.cause.startswith("MalformedInputError: ")
    assert run.failure.cause.splitlines()[-1] == run.failure.log.splitlines()[-1]
    assert "MalformedInputError" not in run.failure.reason
    assert run.failure.log.startswith("Traceback (most recent call last)")
    assert run.failure.log.count("Traceback") == 1
    assert run.failure.log.splitlines()[-1].endswith(
        f"malformed.csv, line 3: {data.splitlines()[2]!r} (the line does not match the schema)"
    )
    with pytest.raises(NoOutputError, match=f"run {run.id} is Failed: it has no output"):
        session.preview(run, rows=1)
