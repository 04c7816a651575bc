"""What Pulumi's command line answers, and what is made of its refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.doctor import pulumi_cli
from infra.doctor.pulumi_cli import PulumiError, pulumi, pulumi_json


@pytest.fixture
def says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A command line that a test writes: what it does with its arguments."""
    command = tmp_path / "pulumi"
    command.touch(mode=0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return command


def test_it_never_asks_anybody(says: Path) -> None:
    says.write_text('#!/bin/sh\necho "$@"\n')

    assert pulumi("stack", "ls") == "stack ls --non-interactive\n"


def test_json_is_parsed_and_anything_else_refused(says: Path) -> None:
    says.write_text("#!/bin/sh\necho '{\"a\": [1]}'\n")
    assert pulumi_json("config") == {"a": [1]}

    says.write_text("#!/bin/sh\necho nothing\n")
    with pytest.raises(PulumiError, match=r"^pulumi config printed no JSON$"):
        pulumi_json("config")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("warning: old\nerror: no stack named x found\n", "no stack named x found"),
        ("one\ntwo\n\n", "two"),
    ],
)
def test_a_refusal_is_its_error_line_else_its_last(says: Path, said: str, reason: str) -> None:
    says.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{said}END\nexit 255\n")

    with pytest.raises(PulumiError) as refused:
        pulumi("stack", "ls")

    assert str(refused.value) == reason


def test_a_command_that_hangs_is_given_up(says: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi_cli, "TIMEOUT_SECONDS", 0.2)
    says.write_text("#!/bin/sh\nexec sleep 60\n")

    with pytest.raises(PulumiError, match=r"^pulumi stack ls: no answer within 0.2 s$"):
        pulumi("stack", "ls")


def test_without_pulumi_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(PulumiError, match=r"^pulumi is not on PATH$"):
        pulumi("version")
