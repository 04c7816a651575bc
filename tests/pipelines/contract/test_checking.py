"""Pipelines compared with the widgets of their notebooks."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines import __main__ as cli
from pipelines import catalog, contract
from pipelines.contract.checking import pipeline_problems
from pipelines.contract.runtimes import config_problems, runtime_problem
from pipelines.errors import ContractError
from pipelines.spec import DatastorePath, JobCluster, NotebookStep, Pipeline
from stack_outputs import StackOutputs

NOTEBOOK = """\
WIDGETS = (
    Input("training_data"),
    Output("features"),
    Parameter("folds", int, minimum=2),
    Parameter("missing", default="drop"),
)
"""
DECLARED_IN = """\
step = NotebookStep(
    name="engineer",
    notebook_path="/x/engineer",
    cluster=CLUSTER,
    inputs={
        "training_data": PLACE,
    },
    outputs={"features": "store"},
    parameters={
        "folds": "3",
        "missing": "drop",
    },
)
"""
PLACE = DatastorePath(datastore="store", path="a.csv")


@pytest.fixture
def problems(tmp_path: Path) -> Callable[..., list[str]]:
    """What is wrong with a pipeline of one step that differs so from what fits."""
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    (notebooks / "engineer.py").write_text(NOTEBOOK)
    file = tmp_path / "declared.py"
    file.write_text(DECLARED_IN)

    def check(
        *,
        notebook: str = "engineer",
        runtime: str = "15.4.x-scala2.12",
        inputs: dict[str, DatastorePath] | None = None,
        outputs: dict[str, str] | None = None,
        parameters: dict[str, str] | None = None,
    ) -> list[str]:
        step = NotebookStep(
            name="engineer",
            notebook_path=f"/x/{notebook}",
            compute="databricks",
            cluster=JobCluster(instance_pool_id="p", spark_version=runtime, num_workers=1),
            inputs={"training_data": PLACE} if inputs is None else inputs,
            outputs={"features": "store"} if outputs is None else outputs,
            parameters={"folds": "3"} if parameters is None else parameters,
        )
        result = step.output(next(iter(step.outputs)))
        pipeline = Pipeline(name="p", description="d", steps=(step,), result=result)
        found = sorted(pipeline_problems(pipeline, file, 1, notebooks))
        return [str(each).replace(f"{tmp_path}/", "") for each in found]

    return check


def test_what_fits_has_no_problem(problems: Callable[..., list[str]]) -> None:
    assert problems() == []


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (
            {"inputs": {"training_dat": PLACE}},
            [
                "declared.py:5: step 'engineer': inputs lacks 'training_data', which "
                "notebooks/engineer.py:2 requires: did you mean 'training_dat'?",
                "declared.py:5: step 'engineer': notebooks/engineer.py:1 has no widget "
                "'training_dat': did you mean 'training_data'?",
            ],
        ),
        (
            {"parameters": {}},
            [
                "declared.py:9: step 'engineer': parameters lacks 'folds', which "
                "notebooks/engineer.py:4 requires",
            ],
        ),
        (
            {"parameters": {"folds": "many"}},
            [
                "declared.py:10: step 'engineer': parameter 'folds': 'many' is not a whole number "
                "(declared in notebooks/engineer.py:4)",
            ],
        ),
        (
            {"parameters": {"folds": "1"}},
            [
                "declared.py:10: step 'engineer': parameter 'folds': 1 is below 2 "
                "(declared in notebooks/engineer.py:4)",
            ],
        ),
        (
            {"inputs": {"training_data": PLACE, "missing": PLACE}},
            [
                "declared.py:11: step 'engineer': 'missing' is in inputs, but "
                "notebooks/engineer.py:5 declares it as Parameter",
            ],
        ),
        (
            {"notebook": "enginer"},
            [
                "declared.py:3: step 'engineer': there is no notebook 'enginer': did you mean "
                "'engineer'?"
            ],
        ),
        (
            {"runtime": "17.3.x-scala2.13"},
            [
                "declared.py:4: step 'engineer': '17.3.x-scala2.13' has Spark 4.0, here notebooks "
                "are tested with 3.5: take another runtime, or another pyspark in requirements.txt"
            ],
        ),
    ],
)
def test_what_does_not_fit_is_named_with_the_line_to_change(
    problems: Callable[..., list[str]], change: dict[str, object], found: list[str]
) -> None:
    assert sorted(problems(**change)) == sorted(found)


def test_an_unknown_runtime_is_refused() -> None:
    assert runtime_problem("15.3.x-scala2.12") == (
        "'15.3.x-scala2.12' is no long-term-support runtime (there is: 14.3, 15.4, 16.4, 17.3)"
    )


def test_runtimes_in_the_configuration_are_checked(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(
        "config:\n  dataopsml:sparkVersion:\n    type: string\n    default: 15.4.x-scala2.12\n"
    )
    stack = tmp_path / "Pulumi.prod.yaml"
    stack.write_text("config:\n  dataopsml:sparkVersion: 17.3.x-scala2.13\n")
    (tmp_path / "Pulumi.dev.yaml").write_text("encryptionsalt: x\n")

    [problem] = config_problems(tmp_path)

    assert str(problem).startswith(f"{stack}:2: dataopsml:sparkVersion: '17.3.x-scala2.13' has ")


def test_the_pipelines_and_notebooks_of_this_project_fit() -> None:
    result = CliRunner().invoke(cli.app, ["check"])

    names = ", ".join(catalog.PIPELINES)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == f"ok {names}: pipelines and notebooks fit\n"


def misdeclared(stack: StackOutputs) -> Pipeline:
    """The first pipeline with an input that its notebook does not have."""
    engineer = NotebookStep(
        name="feature_engineering",
        notebook_path=f"{stack.notebook_folder}/feature_engineering",
        compute=stack.databricks_compute_name,
        cluster=JobCluster(instance_pool_id="p", spark_version=stack.spark_version, num_workers=1),
        inputs={"trainig_data": PLACE},
        outputs={"features": "store", "quarantine": "store"},
    )
    return Pipeline(
        name="misdeclared", description="d", steps=(engineer,), result=engineer.output("features")
    )


def test_what_does_not_fit_fails_the_check_in_json_too(
    monkeypatch: pytest.MonkeyPatch, stack: StackOutputs
) -> None:
    monkeypatch.setattr(catalog, "PIPELINES", {"misdeclared": misdeclared})

    result = CliRunner().invoke(cli.app, ["check", "--json"])

    assert result.exit_code == 1
    here = "tests/pipelines/contract/test_checking.py"
    found = json.loads(result.stdout)
    assert [(each["file"], "did you mean" in each["message"]) for each in found] == [
        (here, True),
        (here, True),
    ]
    with pytest.raises(ContractError) as refusal:
        contract.check(misdeclared(stack))
    assert str(refusal.value).count(f"{here}:") == 2


def test_a_pipeline_that_does_not_exist_is_refused() -> None:
    result = CliRunner().invoke(cli.app, ["check", "--pipeline", "feature-enginering"])

    assert (result.exit_code, result.stdout) == (2, "")
    assert "did you mean 'feature-engineering'?" in result.stderr
