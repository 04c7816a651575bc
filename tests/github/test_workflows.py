"""What every workflow keeps to, beyond what the linters know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

GITHUB = Path(__file__).resolve().parents[2] / ".github"
FILES = sorted([*GITHUB.glob("workflows/*.yml"), *GITHUB.glob("actions/*/action.yml")])
WORKFLOWS = {file.stem: yaml.safe_load(file.read_text()) for file in GITHUB.glob("workflows/*.yml")}
TRIGGERS = True  # how YAML 1.1 reads the key `on`

PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
ONE_LINERS = re.compile(
    r"(make [a-z -]+"
    r"|\.venv/bin/python -m deploy [a-z-]+( --issue)?"
    r'|az acr login --name "\$REGISTRY"'
    r"|docker (build|run|push) [^;&|]+)"
)
MOST_MINUTES = 150


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, workflow in WORKFLOWS.items():
        for job, body in workflow["jobs"].items():
            yield f"{name}/{job}", body


JOBS = dict(jobs())
OWN_STEPS = {name: job for name, job in JOBS.items() if "steps" in job}


def test_there_are_the_workflows_that_the_docs_tell_of() -> None:
    assert set(WORKFLOWS) == {
        *("ci", "preview", "deploy", "deploy-stack", "image", "drift"),
    }


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_actions_of_others_are_pinned_by_commit_with_the_version_beside(file: Path) -> None:
    foreign = [
        line.strip().removeprefix("- ")
        for line in file.read_text().splitlines()
        if "uses:" in line and "uses: ./" not in line
    ]
    assert [line for line in foreign if not PINNED.fullmatch(line)] == []


def test_one_action_has_one_version_in_all_files() -> None:
    pins = {pin for file in FILES for pin in re.findall(r"[\w/-]+@[0-9a-f]{40}", file.read_text())}
    assert len(pins) == len({pin.split("@")[0] for pin in pins})


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_secret_is_stored_for_a_workflow(file: Path) -> None:
    assert "secrets" not in file.read_text().replace("without any stored secret", "")


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_has_no_permission_that_a_job_does_not_ask_for(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {}


@pytest.mark.parametrize("name", OWN_STEPS)
def test_a_job_ends_by_itself_and_does_its_work_in_the_repositorys_commands(name: str) -> None:
    job = OWN_STEPS[name]
    assert 0 < job["timeout-minutes"] <= MOST_MINUTES
    commands = [step["run"] for step in job["steps"] if "run" in step]
    assert [line for line in commands if not ONE_LINERS.fullmatch(line)] == []


@pytest.mark.parametrize("name", OWN_STEPS)
def test_who_signs_in_does_so_as_an_environments_identity(name: str) -> None:
    """The identity's federated credential names the environment: nothing else gets its token."""
    job = OWN_STEPS[name]
    signs_in = any(
        "azure/login" in step.get("uses", "") or "sign-in" in step.get("uses", "")
        for step in job["steps"]
    )
    assert signs_in == ("environment" in job) == (job["permissions"].get("id-token") == "write")


def test_only_the_environment_and_main_deploy() -> None:
    assert WORKFLOWS["deploy"][TRIGGERS]["push"]["branches"] == ["main"]
    assert set(WORKFLOWS["deploy"][TRIGGERS]) == {"push", "workflow_dispatch"}
    assert JOBS["deploy/prod"]["needs"] == "dev"
    job = JOBS["deploy-stack/deploy"]
    assert job["environment"] == "${{ inputs.stack }}"
    assert job["concurrency"] == {
        "group": "stack-${{ inputs.stack }}",
        "cancel-in-progress": False,
    }


def test_a_forks_pull_request_gets_no_identity() -> None:
    same_repository = "github.event.pull_request.head.repo.full_name == github.repository"
    on_pull_request = [name for name, body in WORKFLOWS.items() if "pull_request" in body[TRIGGERS]]
    assert set(on_pull_request) == {"ci", "preview"}
    for name, job in OWN_STEPS.items():
        if name.split("/")[0] in on_pull_request and "environment" in job:
            assert same_repository in job["if"]
            assert job["environment"] == "preview"
    assert all("pull_request_target" not in file.read_text() for file in FILES)
