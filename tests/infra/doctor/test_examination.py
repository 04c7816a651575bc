"""The whole examination: order, guards, and the command line as its user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from azure.core.exceptions import HttpResponseError, ServiceRequestError

from infra.doctor.azure import Azure, sign_in
from infra.doctor.examination import CLOUD_CHECKS, examine, guarded
from infra.doctor.findings import Finding, error, not_checked, ok
from infra.doctor.stack import Stack
from localcloud import commands
from tests.conftest import RunningCloud
from tests.infra.doctor.stacks import stack

pytestmark = pytest.mark.servers

TOOLS = ["Pulumi", "Python packages", "Pulumi plugins"]


@pytest.fixture
def local_stack(cloud: RunningCloud, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stack ``local`` in the backend of the test's cloud, not deployed."""
    monkeypatch.setenv("LOCALCLOUD_HOME", str(cloud.home.path))
    commands.make_stack(cloud.environment)


def doctor(project_dir: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-m", "infra.doctor", *arguments],
        cwd=project_dir,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.usefixtures("local_stack")
def test_every_check_gives_one_line_in_a_fixed_order(project_dir: Path) -> None:
    code, text, errors = doctor(project_dir, "--stack", "local", "--json")

    findings = json.loads(text)
    assert errors == ""
    assert [each["subject"] for each in findings] == [
        *TOOLS,
        "stack",
        "Databricks Runtime",
        "Databricks token",
        *CLOUD_CHECKS,
    ]
    levels = {each["level"] for each in findings}
    assert (code, levels - {"ok", "warning"}) == (0, set()), text


@pytest.mark.usefixtures("local_stack")
def test_a_failed_login_is_one_line_and_what_depends_on_it_is_not_checked(
    project_dir: Path,
) -> None:
    code, text, errors = doctor(project_dir, "--stack", "local", IDENTITY_ENDPOINT="", HOME="/none")

    lines = text.splitlines()
    assert (code, errors) == (1, "")
    assert [line for line in lines if line.startswith("error")] == [
        "error       identity                not signed in: DefaultAzureCredential failed to "
        "retrieve a token from the included credentials.; fix: az login"
    ]
    unchecked = [line for line in lines if line.startswith("not checked ")]
    assert len(unchecked) == len(CLOUD_CHECKS) - 1
    assert all(line.endswith("no identity in Azure") for line in unchecked)


def test_a_stack_that_does_not_exist_is_one_line(cloud: RunningCloud) -> None:
    findings = examine("nowhere").findings

    assert findings[len(TOOLS) :] == [
        error("stack", "no stack named 'nowhere' found", "pulumi stack init nowhere"),
        *(not_checked(subject, "the stack can't be read") for subject in CLOUD_CHECKS),
    ]


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (HttpResponseError("(Broken) no\nCode: Broken"), "(Broken) no"),
        (ServiceRequestError("no route"), "no route"),
        (KeyError("x"), "KeyError: 'x'"),
    ],
)
def test_a_check_that_breaks_is_a_finding(
    cloud: RunningCloud, problem: Exception, reason: str
) -> None:
    def check(azure: Azure, stack: Stack) -> Finding:
        raise problem

    found = guarded("names", check, sign_in({}), stack())

    assert found == error("names", f"could not be checked: {reason}")


def test_who_may_not_look_gets_a_warning(cloud: RunningCloud) -> None:
    def check(azure: Azure, stack: Stack) -> Finding:
        refusal = HttpResponseError("(AuthorizationFailed) no right to read")
        refusal.status_code = 403
        raise refusal

    finding = guarded("names", check, sign_in({}), stack())

    assert finding.level == "warning"
    assert finding.found.endswith("may not look: (AuthorizationFailed) no right to read")


def test_a_check_that_answers_is_passed_on(cloud: RunningCloud) -> None:
    assert guarded("x", lambda azure, stack: ok("x", "y"), sign_in({}), stack()) == ok("x", "y")
