"""Every checker of workflows, scripts and images is there and finds what is wrong."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SCRIPT = PROJECT / "tools" / "check_files.py"

GOOD = {
    ".github/workflows/ci.yml": """
name: ci
on: push
permissions: {}
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - run: make check
""",
    ".github/actions/one/action.yml": """
name: one
description: one
runs:
  using: composite
  steps:
    - run: make
      shell: bash
""",
    ".github/dependabot.yml": """
version: 2
updates:
  - package-ecosystem: pip
    directory: /
    schedule: { interval: monthly }
    cooldown: { default-days: 7 }
""",
    ".github/zizmor.yml": "rules: {}\n",
    "script.sh": '#!/bin/sh\necho "$1"\n',
    "Dockerfile": "FROM python:3.11-slim-bookworm\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in GOOD.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return tmp_path


@pytest.fixture
def module(project: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_files", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules["check_files"] = loaded
    spec.loader.exec_module(loaded)
    monkeypatch.setattr(loaded, "PROJECT", project)
    return loaded


def test_good_files_pass(module: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert module.main() == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("Workflows, scripts and image: ")


@pytest.mark.parametrize(
    ("file", "good", "bad", "checker", "finding"),
    [
        (".github/workflows/ci.yml", "runs-on:", "run-on:", "schema of workflows", "'run-on'"),
        (
            ".github/workflows/ci.yml",
            "- run: make",
            "- run: make ${{ github.head_ref }}",
            "zizmor",
            "template-injection",
        ),
        (".github/workflows/ci.yml", "make check", "make ${{ needs.two }}", "actionlint", "two"),
        (
            ".github/actions/one/action.yml",
            "shell: bash",
            "shel: bash",
            "schema of actions",
            "shel",
        ),
        (".github/dependabot.yml", "monthly", "hourly", "schema of dependabot.yml", "hourly"),
        ("script.sh", '"$1"', "$1", "shellcheck", "SC2086"),
        ("Dockerfile", ":3.11-slim-bookworm", "", "hadolint", "DL3006"),
    ],
)
def test_what_is_wrong_is_found_by_the_checker_for_it(
    project: Path,
    module: ModuleType,
    file: str,
    good: str,
    bad: str,
    checker: str,
    finding: str,
) -> None:
    text = (project / file).read_text()
    assert good in text
    (project / file).write_text(text.replace(good, bad))
    checks = {check.name: check for check in module.checks(module.tracked_files())}
    passed, said = checks[checker].run()
    assert not passed
    assert finding in said


def test_a_finding_is_shown_and_fails_the_whole(
    project: Path, module: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "script.sh").write_text("#!/bin/sh\necho $1\n")
    assert module.main() == 1
    said = capsys.readouterr().out
    assert said.startswith("shellcheck:\n")
    assert "SC2086" in said


def test_scripts_without_a_suffix_are_known_by_their_first_line(
    project: Path, module: ModuleType
) -> None:
    (project / "run").write_text("#!/usr/bin/env bash\n")
    (project / "tool").write_text("#!/usr/bin/env python3\n")
    (project / "notes").write_text("no script\n")
    found = [
        name
        for name in ("run", "tool", "notes", "script.sh")
        if module.is_shell_script(project / name)
    ]
    assert found == ["run", "script.sh"]
