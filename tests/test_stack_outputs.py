"""The contract between the infrastructure and the pipelines."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

import stack_outputs
from stack_outputs import StackOutputs, StackOutputsError

OUTPUTS = StackOutputs(**{name: f"value of {name}" for name in StackOutputs.names()})


def test_what_a_stack_exports_comes_back_as_typed_outputs() -> None:
    assert StackOutputs.from_mapping(asdict(OUTPUTS), stack="dev") == OUTPUTS


def test_outputs_that_the_contract_does_not_know_are_ignored() -> None:
    assert StackOutputs.from_mapping(asdict(OUTPUTS) | {"other": 1}, stack="dev") == OUTPUTS


def test_every_problem_is_named_with_the_command_that_mends_it() -> None:
    exported: dict[str, object] = asdict(OUTPUTS) | {"location": "", "spark_version": None}
    exported["ml_workspace_nam"] = exported.pop("ml_workspace_name")
    del exported["subscription_id"]

    with pytest.raises(StackOutputsError) as refused:
        StackOutputs.from_mapping(exported, stack="test")

    assert str(refused.value).splitlines() == [
        "stack 'test' does not export what the pipelines need:",
        "  subscription_id: missing",
        "  location: expected a non-empty string, got ''",
        "  ml_workspace_name: missing (found 'ml_workspace_nam')",
        "  spark_version: expected a non-empty string, got None",
        "Deploy it first: pulumi up --stack test",
    ]


def test_outputs_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        OUTPUTS.location = "elsewhere"  # type: ignore[misc]  # the point of the test

    assert replace(OUTPUTS, location="elsewhere").location == "elsewhere"


def test_the_module_can_be_used_without_pulumi_and_without_azureml() -> None:
    folder = Path(stack_outputs.__file__).parent
    program = "import sys, stack_outputs; print({'pulumi', 'azureml'} & set(sys.modules))"

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=True
    )

    assert done.stdout == "set()\n"
