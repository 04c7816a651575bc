"""Pipeline runs through the SDK, on real Spark."""

from __future__ import annotations

import contextlib
import io
import re
import time
from typing import Any, NamedTuple

import pytest

pytestmark = pytest.mark.servers

GOOD_PARAMETERS = {"run_date": "2026-02-02"}
RUN_CONTEXT = (
    "AZUREML_ARM_PROJECT_NAME",
    "AZUREML_ARM_RESOURCEGROUP",
    "AZUREML_ARM_SUBSCRIPTION",
    "AZUREML_ARM_WORKSPACE_NAME",
    "AZUREML_EXPERIMENT_ID",
    "AZUREML_RUN_ID",
    "AZUREML_RUN_TOKEN",
    "AZUREML_RUN_TOKEN_EXPIRY",
    "AZUREML_SERVICE_ENDPOINT",
    "AZUREML_WORKSPACE_ID",
)

USE = (
    "def use(name):",
    "    key = dbutils.secrets.get('amlscope', dbutils.widgets.get(f'{name}_blob_secretname'))",
    "    spark.conf.set(dbutils.widgets.get(f'{name}_blob_config'), key)",
    "    return dbutils.widgets.get(name)",
)
COPY = (
    *USE,
    "rows = spark.read.option('header', True).csv(use('source'))",
    "print('mode', dbutils.widgets.get('mode'), 'date', dbutils.widgets.get('run_date'))",
    "rows.coalesce(1).write.option('header', True).csv(use('copy'))",
    "print('copied', rows.count())",
)
COUNT = (
    *USE,
    "print('rows', spark.read.option('header', True).csv(use('copy')).count())",
    f"missing = [n for n in {RUN_CONTEXT!r} if not dbutils.widgets.get('--' + n)]",
    "print('missing', missing, dbutils.widgets.get('--AZUREML_RUN_ID'))",
)


class Finished(NamedTuple):
    """A run that has ended, and what the SDK printed while waiting for it."""

    run: Any
    printed: str


@pytest.fixture(scope="module")
def finished(lab: Any) -> Finished:
    """A finished run: one notebook copies the data, the next counts the rows of the copy."""
    from azureml.data.data_reference import DataReference
    from azureml.pipeline.core import PipelineData, PipelineParameter

    source = DataReference(
        lab.datastore, data_reference_name="source", path_on_datastore="diabetes.csv"
    )
    copy = PipelineData("copy", datastore=lab.datastore)
    run_date = PipelineParameter("run_date", "2026-01-01")
    first = lab.step(
        "copy",
        lab.notebook(*COPY),
        inputs=[source],
        outputs=[copy],
        notebook_params={"run_date": run_date, "mode": "full"},
    )
    second = lab.step("count", lab.notebook(*COUNT), inputs=[copy])
    pipeline = lab.pipeline(first, second)
    published = pipeline.publish(name="lab", description="d", version="build-1")
    run = published.submit(lab.workspace, "lab", pipeline_parameters=GOOD_PARAMETERS)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert run.wait_for_completion(show_output=True) == "Finished"
    return Finished(run, printed.getvalue())


def step_named(run: Any, name: str) -> Any:
    """The step of a run with this name."""
    (found,) = run.find_step_run(name)
    return found


@pytest.mark.spark
def test_a_notebook_gets_the_parameters_of_the_run(finished: Finished) -> None:
    step = step_named(finished.run, "copy")
    assert step.get_stdout_log() == "mode full date 2026-02-02\ncopied 2\n"


@pytest.mark.spark
def test_an_output_is_where_the_run_says_it_is(lab: Any, finished: Finished) -> None:
    step = step_named(finished.run, "copy")
    reference = step.get_output_data("copy")
    assert reference.path_on_datastore == f"azureml/{step.id}/copy"
    names = [blob.name for blob in lab.container.list_blobs(f"{reference.path_on_datastore}/part-")]
    content = lab.container.download_blob(names[0]).readall()
    assert content == b"AGE,BMI\n59,32.1\n48,21.6\n"


@pytest.mark.spark
def test_a_later_step_reads_the_output_of_an_earlier_one_and_knows_its_run(
    finished: Finished,
) -> None:
    step = step_named(finished.run, "count")
    assert step.get_stdout_log() == f"rows 2\nmissing [] {step.id}\n"


@pytest.mark.spark
def test_a_finished_run_tells_the_sdk_all_about_itself(lab: Any, finished: Finished) -> None:
    from azureml.pipeline.core import PipelineRun, StepRun

    steps = {step.name: step for step in finished.run.get_steps()}
    assert {name: step.get_status() for name, step in steps.items()} == {
        "copy": "Finished",
        "count": "Finished",
    }
    assert {type(step) for step in steps.values()} == {StepRun}
    assert PipelineRun.get(lab.workspace, finished.run.id).get_status() == "Finished"
    assert finished.run.id in [run.id for run in lab.experiment().get_runs()]
    details = steps["copy"].get_details_with_logs()
    assert details["status"] == "Completed"
    assert "TERMINATED SUCCESS" in details["logFiles"]["azureml-logs/70_driver_log.txt"]
    assert sorted(steps["copy"].get_file_names()) == [
        "azureml-logs/70_driver_log.txt",
        "logs/azureml/executionlogs.txt",
        "logs/azureml/stdoutlogs.txt",
    ]


@pytest.mark.spark
def test_the_sdk_streams_the_log_of_a_step_that_runs(finished: Finished) -> None:
    assert "Streaming azureml-logs/70_driver_log.txt" in finished.printed
    assert re.search(r"Databricks run \d+: notebook /Shared/lab-", finished.printed)


@pytest.mark.spark
def test_a_notebook_can_write_to_its_run_with_the_sdk(
    lab: Any, finished: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    from azureml.core import Run

    step = step_named(finished.run, "copy")
    values = {
        "AZUREML_RUN_TOKEN": lab.cloud.token("https://ml.azure.com"),
        "AZUREML_RUN_TOKEN_EXPIRY": str(int(time.time()) + 36000),
        "AZUREML_RUN_ID": step.id,
        "AZUREML_ARM_SUBSCRIPTION": lab.workspace.subscription_id,
        "AZUREML_ARM_RESOURCEGROUP": lab.workspace.resource_group,
        "AZUREML_ARM_WORKSPACE_NAME": lab.workspace.name,
        "AZUREML_ARM_PROJECT_NAME": "lab",
        "AZUREML_SERVICE_ENDPOINT": lab.cloud.home.azureml_url,
        "AZUREML_WORKSPACE_ID": lab.workspace.get_details()["workspaceid"],
        "AZUREML_EXPERIMENT_ID": lab.experiment().id,
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    run = Run.get_context(allow_offline=False)
    assert (run.id, run.parent.id) == (step.id, finished.run.id)
    run.tag("quality", "good")
    run.log("rows", 2)
    run.log_list("sizes", [1, 2])
    run.flush()
    assert step.get_metrics() == {"rows": 2, "sizes": [1, 2]}
    assert step.get_tags()["quality"] == "good"


@pytest.mark.spark
def test_a_failing_notebook_fails_the_run_with_its_traceback_and_stops_what_follows(
    lab: Any,
) -> None:
    from azureml.exceptions import ActivityFailedException

    bad = lab.step(
        "bad", lab.notebook("def check():", "    raise ValueError('no rows')", "check()")
    )
    after = lab.step("after", lab.notebook("print('never')"))
    after.run_after(bad)
    run = lab.experiment().submit(lab.pipeline(bad, after))
    with pytest.raises(ActivityFailedException) as failure:
        run.wait_for_completion(show_output=False)
    message = failure.value.message
    assert "Step 'bad' failed. Databricks run " in message
    assert "in check" in message
    assert "ValueError: no rows" in message
    assert [(step.name, step.get_status()) for step in run.get_steps()] == [("bad", "Failed")]
    (step,) = run.get_steps()
    assert "ValueError: no rows" in step.get_stderr_log()


@pytest.mark.spark
def test_a_canceled_run_is_stopped_on_databricks_too(lab: Any) -> None:
    from databricks.sdk.service.jobs import RunResultState

    endless = lab.notebook("import time", "print('started', flush=True)", "time.sleep(600)")
    run = lab.experiment().submit(lab.pipeline(lab.step("endless", endless)))
    wait_until(lambda: "started" in stdout_of(run), "the notebook to start")
    run.cancel()
    assert run.wait_for_completion(show_output=False) == "Canceled"
    (step,) = run.get_steps()
    (databricks_run_id,) = re.findall(r"Databricks run (\d+)", step.get_job_log())
    state = lab.databricks.jobs.get_run(int(databricks_run_id)).state
    assert (step.get_status(), state.result_state) == ("Canceled", RunResultState.CANCELED)


@pytest.mark.spark
def test_a_step_that_exceeds_its_time_fails_and_says_so(lab: Any) -> None:
    endless = lab.notebook("import time", "time.sleep(600)")
    run = lab.experiment().submit(lab.pipeline(lab.step("slow", endless, timeout_seconds=1)))
    assert run.wait_for_completion(show_output=False, raise_on_error=False) == "Failed"
    assert "TERMINATED TIMEDOUT" in run.get_details()["error"]["error"]["message"]


def test_a_step_whose_token_is_not_known_fails_and_says_so(lab: Any) -> None:
    from azureml.core.compute import ComputeTarget, DatabricksCompute

    configuration = DatabricksCompute.attach_configuration(
        resource_group=lab.workspace.resource_group,
        workspace_name="adb-lab",
        access_token="dapi0000",
    )
    attached = ComputeTarget.attach(lab.workspace, "expired", configuration)
    step = lab.step("one", "/Shared/none", compute_target=attached)
    run = lab.experiment().submit(lab.pipeline(step))
    assert run.wait_for_completion(show_output=False, raise_on_error=False) == "Failed"
    assert run.get_details()["error"]["error"]["message"] == (
        "Step 'one' failed. Databricks refused the access token of compute 'expired' "
        "(Invalid access token.); attach the compute again with a new token"
    )
    attached.detach()


def test_the_sdk_shows_why_a_run_is_refused(lab: Any) -> None:
    published = lab.pipeline(lab.step("refused", "/Shared/none")).publish(
        name="refused", description="d", version="1"
    )
    with pytest.raises(Exception, match="the pipeline has no parameter 'run_dat'"):
        published.submit(lab.workspace, "lab", pipeline_parameters={"run_dat": "x"})
    answer = lab.http.get(f"/pipelines/v1.0{lab.path}/PipelineRuns/Pipeline/{published.id}")
    assert answer.json() == []


def stdout_of(run: Any) -> str:
    """What the only step of a run has printed so far."""
    return "".join(step.get_stdout_log() for step in run.get_steps())


def wait_until(condition: Any, what: str) -> None:
    """Wait for something that is sure to come."""
    for _ in range(600):
        if condition():
            return
        time.sleep(0.2)
    raise AssertionError(f"waited two minutes in vain for {what}")
