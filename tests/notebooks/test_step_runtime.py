"""Widgets as declared data, checked at the start; outputs that are whole or not there."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from azureml_run import AzureMlRun
from localcloud.databricks.spark.dbutils.widgets import Widgets
from step_runtime import Input, Output, Parameter, Step, StepError, Widget

WIDGETS = (
    Input("source"),
    Output("target"),
    Parameter("mode", str, default="drop", choices=("drop", "impute")),
    Parameter("folds", int, default=3, minimum=2, maximum=9),
    Parameter("share", float, default=0.01, minimum=0, maximum=1),
)
PATHS = {"source": "wasbs://c@a/in", "target": "wasbs://c@a/out/"}
SETTING = "fs.azure.account.key.a.blob.core.windows.net"
RUN = {
    "--AZUREML_RUN_ID": "run-1",
    "--AZUREML_RUN_TOKEN": "the-token",
    "--AZUREML_SERVICE_ENDPOINT": "https://127.0.0.1:9/",
    "--AZUREML_ARM_SUBSCRIPTION": "s",
    "--AZUREML_ARM_RESOURCEGROUP": "g",
    "--AZUREML_ARM_WORKSPACE_NAME": "w",
    "--AZUREML_EXPERIMENT_ID": "e",
}


class FakeSpark:
    """Keeps what was set; these tests compute nothing."""

    def __init__(self) -> None:
        self.settings: dict[str, str] = {}
        self.conf = SimpleNamespace(set=self.settings.__setitem__)
        self.of_rdds: dict[str, str] = {}
        hadoop = SimpleNamespace(set=self.of_rdds.__setitem__)
        self.sparkContext = SimpleNamespace(
            _jsc=SimpleNamespace(hadoopConfiguration=lambda: hadoop)
        )


def start(
    values: dict[str, str], widgets: tuple[Widget, ...] = WIDGETS, spark: FakeSpark | None = None
) -> Step:
    """Start a step whose run passes ``values``, with Databricks' rules for widgets."""
    secrets = {("amlscope", "of-source"): "the-key"}
    dbutils: Any = SimpleNamespace(
        widgets=Widgets(values),
        secrets=SimpleNamespace(get=lambda scope, key: secrets[scope, key]),
    )
    return Step.start(spark or FakeSpark(), dbutils, widgets)  # type: ignore[arg-type] # a stand-in


def refusal(values: dict[str, str]) -> list[str]:
    with pytest.raises(StepError) as refused:
        start(values)
    return str(refused.value).splitlines()


def test_paths_and_typed_parameters_come_from_the_widgets_and_their_defaults() -> None:
    step = start({**PATHS, "folds": " 5 "})

    assert step.paths == {"source": "wasbs://c@a/in", "target": "wasbs://c@a/out"}
    assert step.parameters == {"mode": "drop", "folds": 5, "share": 0.01}
    assert step.parameter("folds", int) == 5
    assert step.run is None
    with pytest.raises(TypeError, match="'folds' is declared as"):
        step.parameter("folds", str)


def test_storage_keys_are_set_from_the_secrets_that_the_widgets_name() -> None:
    spark = FakeSpark()

    start(
        {**PATHS, "source_blob_config": SETTING, "source_blob_secretname": "of-source"}, spark=spark
    )

    assert spark.settings == spark.of_rdds == {SETTING: "the-key"}


@pytest.mark.parametrize(
    ("values", "problems"),
    [
        (
            {"source": "", "target": " "},
            [
                "widget 'source' is empty: set it to a path, e.g. "
                "wasbs://container@account.blob.core.windows.net/folder",
                "widget 'target' is empty: set it to a path, e.g. "
                "wasbs://container@account.blob.core.windows.net/folder",
            ],
        ),
        (
            {**PATHS, "mode": "dropp", "folds": "3.5", "share": "nan"},
            [
                "widget 'mode': 'dropp' is not one of drop, impute",
                "widget 'folds': '3.5' is not a whole number",
                "widget 'share': nan is below 0",
            ],
        ),
        (
            {**PATHS, "folds": "1", "share": "1.5"},
            ["widget 'folds': 1 is below 2", "widget 'share': 1.5 is above 1"],
        ),
        (
            {"source": "wasbs://c@a/x/in.csv", "target": "wasbs://c@a/x"},
            [
                "widget 'target' (wasbs://c@a/x) holds that of 'source' (wasbs://c@a/x/in.csv): "
                "choose another folder"
            ],
        ),
        (
            {**PATHS, **RUN, "fold": "3", "anything": "else"},
            [
                "the run passes 'fold', which this notebook has no widget for: "
                "did you mean 'folds'?",
                "the run passes 'anything', which this notebook has no widget for: there is: "
                "source, source_blob_config, source_blob_secretname, target, target_blob_config, "
                "target_blob_secretname, mode, folds, share",
            ],
        ),
    ],
)
def test_every_problem_is_named_at_once(values: dict[str, str], problems: list[str]) -> None:
    assert refusal(values) == problems


def test_a_parameter_without_a_default_must_be_given() -> None:
    with pytest.raises(StepError, match="widget 'target_column' is empty: set it to text"):
        start({}, (Parameter("target_column"),))


@pytest.mark.parametrize("end", [None, ValueError("bad data"), KeyboardInterrupt()])
def test_an_output_is_left_only_if_everything_came_to_its_end(end: BaseException | None) -> None:
    removed: list[tuple[str, bool]] = []
    dbutils: Any = SimpleNamespace(
        fs=SimpleNamespace(rm=lambda path, recurse: removed.append((path, recurse)))
    )
    spark: Any = FakeSpark()
    step = Step(spark, dbutils, {"target": "/out", "rest": "/rest"}, {})

    def work() -> None:
        with step.whole("target", "rest"):
            if end:
                raise end

    if end is None:
        work()
        assert removed == []
    else:
        with pytest.raises(type(end)):
            work()
        assert removed == [("/out", True), ("/rest", True)]


def test_figures_that_azure_ml_does_not_take_are_said_so_and_the_token_is_not(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("azureml_run.RETRIES", 0)

    step = start({**PATHS, **RUN})
    step.log({"rmse": 1.5})

    lines = capsys.readouterr().out.splitlines()
    assert [line[:46] for line in lines] == 2 * ["Azure ML run run-1 did not take a figure or ta"]
    assert "the-token" not in f"{lines} {step} {step.run!r}"


def test_the_run_is_found_in_the_values_that_azure_ml_passes() -> None:
    assert start({**PATHS, **RUN}, spark=FakeSpark()).run == AzureMlRun(
        endpoint="https://127.0.0.1:9",
        workspace=(
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices"
            "/workspaces/w"
        ),
        experiment_id="e",
        run_id="run-1",
        token="the-token",
    )
