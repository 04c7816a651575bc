"""A new stack's settings come from answers that keep the rules, and are never written over."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from infra.new_stack import app
from infra.settings import PROJECT, Settings

PROJECT_DIR = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copy(PROJECT_DIR / "Pulumi.yaml", tmp_path)
    return tmp_path


def run(project: Path, *arguments: str, answers: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(app, [*arguments, "--directory", str(project)], input=answers)
    return result.exit_code, result.output


def test_answers_are_asked_for_until_they_keep_the_rule(project: Path) -> None:
    code, said = run(project, "test", answers="Contoso\ncontoso\n\n10.30.0.0/16\n")
    assert code == 0, said
    assert "baseName" in said
    assert "1-10 lowercase letters and digits" in said
    written = yaml.safe_load((project / "Pulumi.test.yaml").read_text())
    assert written == {
        "config": {
            f"{PROJECT}:baseName": "contoso",
            f"{PROJECT}:location": "westeurope",
            f"{PROJECT}:vnetAddressSpace": "10.30.0.0/16",
        }
    }


def test_what_is_given_beforehand_is_not_asked_for(project: Path) -> None:
    given = ("baseName=contoso", "location=northeurope", "vnetAddressSpace=10.30.0.0/16")
    code, said = run(project, "test", *(part for text in given for part in ("--set", text)))
    assert code == 0, said
    written = yaml.safe_load((project / "Pulumi.test.yaml").read_text())["config"]
    declared = yaml.safe_load((project / "Pulumi.yaml").read_text())["config"]
    defaults = {
        key: yaml.safe_dump(entry["default"], default_flow_style=True).splitlines()[0].strip("'")
        for key, entry in declared.items()
    }
    assert Settings.from_config({**defaults, **written}, "test").base_name == "contoso"


@pytest.mark.parametrize(
    ("given", "reason"),
    [("baseName=Contoso", "1-10 lowercase letters"), ("base=contoso", "expected KEY=VALUE")],
)
def test_a_bad_value_that_was_given_is_refused_and_nothing_is_written(
    project: Path, given: str, reason: str
) -> None:
    code, said = run(project, "test", "--set", given, answers="contoso\n\n\n")
    assert (code, reason in said) == (2, True)
    assert not (project / "Pulumi.test.yaml").exists()


def test_the_settings_of_a_stack_are_not_written_over(project: Path) -> None:
    (project / "Pulumi.test.yaml").write_text("config: {}\n")
    code, said = run(project, "test")
    assert (code, said) == (
        2,
        "error: Pulumi.test.yaml exists: stack 'test' has its settings already\n",
    )
