"""Reading a stack's outputs: from Pulumi's command line, or from a file."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from pipelines.errors import StackError
from pipelines.stack import load_stack_outputs
from stack_outputs import StackOutputs


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stack: StackOutputs) -> Path:
    """A ``pulumi`` on PATH that knows stack ``dev``; gives the file it notes its calls in."""
    calls = tmp_path / "calls"
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps(asdict(stack)))
    command = tmp_path / "bin" / "pulumi"
    command.parent.mkdir()
    command.write_text(
        f"""#!/bin/sh
echo "$@" >> {calls}
case "$*" in
  "stack --show-name --non-interactive") echo dev ;;
  *"--stack dev --non-interactive") cat {outputs} ;;
  *) echo "error: no stack named 'nope' found" >&2; exit 255 ;;
esac
"""
    )
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}:/usr/bin:/bin")
    return calls


def test_a_named_stack_is_read_without_its_secrets(pulumi: Path, stack: StackOutputs) -> None:
    assert load_stack_outputs(stack="dev", file=None) == stack
    assert pulumi.read_text().splitlines() == [
        "stack output --json --show-secrets=false --stack dev --non-interactive"
    ]


def test_the_selected_stack_is_the_default(pulumi: Path, stack: StackOutputs) -> None:
    assert load_stack_outputs(stack=None, file=None) == stack
    assert pulumi.read_text().splitlines()[0] == "stack --show-name --non-interactive"


def test_what_pulumi_complains_about_is_passed_on(pulumi: Path) -> None:
    with pytest.raises(StackError) as refusal:
        load_stack_outputs(stack="nope", file=None)

    assert str(refusal.value) == (
        "pulumi stack output --json --show-secrets=false --stack nope: "
        "error: no stack named 'nope' found"
    )


def test_without_pulumi_the_other_way_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")

    with pytest.raises(StackError, match=r"pulumi is not on PATH.*--outputs FILE"):
        load_stack_outputs(stack="dev", file=None)


def test_a_file_needs_no_pulumi(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stack: StackOutputs
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    file = tmp_path / "outputs.json"
    file.write_text(json.dumps({**asdict(stack), "something_else": [1]}))

    assert load_stack_outputs(stack=None, file=file) == stack


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not valid JSON"),
        ("[]", "expected a JSON object of output names to values, got list"),
        ("{}", "stack 'outputs' does not export what the pipelines need"),
    ],
)
def test_a_file_that_holds_something_else_is_refused(
    tmp_path: Path, text: str, message: str
) -> None:
    file = tmp_path / "outputs.json"
    file.write_text(text)

    with pytest.raises(StackError, match=message):
        load_stack_outputs(stack=None, file=file)


def test_a_file_that_cannot_be_read_is_refused_with_the_command_that_makes_it(
    tmp_path: Path,
) -> None:
    with pytest.raises(StackError) as refusal:
        load_stack_outputs(stack=None, file=tmp_path / "no.json")

    assert str(refusal.value).splitlines()[1] == (
        f"Make it with: pulumi stack output --json --stack NAME > {tmp_path / 'no.json'}"
    )
