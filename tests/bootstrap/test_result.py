"""GitHub is told what the workflows read, and nothing that is secret."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from bootstrap.result import Result, github_commands, secrets_provider, tell_github, variables
from bootstrap.settings import BootstrapError, Settings

SETTINGS = Settings(
    base_name="contoso",
    location="westeurope",
    repository="contoso/features",
    environments=("dev",),
)
RESULT = Result(
    tenant_id="tenant",
    subscription_id="subscription",
    state_account="stcontosostate",
    key_uris={"dev": "https://kv-contoso-bootstrap.vault.azure.net/keys/dev"},
    client_ids={"dev": "client-dev", "preview": "client-preview"},
)
WORKFLOWS = Path(__file__).resolve().parents[2] / ".github" / "workflows"

ANSWERING = "#!/bin/sh\n" + 'echo "$*" >> "$0.log"\n'
REFUSING = "#!/bin/sh\necho 'HTTP 403: Must have admin rights' >&2\nexit 1\n"


def put_on_path(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    program = folder / "gh"
    program.write_text(script)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder / "gh.log"


def test_the_workflows_read_what_is_set_and_the_registry_that_a_deployment_makes() -> None:
    read = {
        name
        for file in WORKFLOWS.glob("*.yml")
        for name in re.findall(r"\bvars\.(\w+)", file.read_text())
    }
    assert read == {variable.name for variable in variables(RESULT, SETTINGS)} | {"CI_REGISTRY"}


def test_github_gets_environments_first_and_then_the_variables() -> None:
    assert [" ".join(command) for command in github_commands(RESULT, SETTINGS)] == [
        "gh api --silent --method PUT repos/contoso/features/environments/dev",
        "gh api --silent --method PUT repos/contoso/features/environments/preview",
        "gh variable set AZURE_TENANT_ID --body tenant --repo contoso/features",
        "gh variable set AZURE_SUBSCRIPTION_ID --body subscription --repo contoso/features",
        "gh variable set PULUMI_STATE_ACCOUNT --body stcontosostate --repo contoso/features",
        'gh variable set PULUMI_STACKS --body ["dev"] --repo contoso/features',
        "gh variable set AZURE_CLIENT_ID --body client-dev --repo contoso/features --env dev",
        "gh variable set AZURE_CLIENT_ID --body client-preview --repo contoso/features "
        "--env preview",
    ]


def test_every_command_is_run_with_the_github_cli(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = put_on_path(tmp_path, ANSWERING, monkeypatch)
    tell_github(RESULT, SETTINGS)
    wanted = [" ".join(command[1:]) for command in github_commands(RESULT, SETTINGS)]
    assert log.read_text().splitlines() == wanted


def test_githubs_refusal_is_told_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_on_path(tmp_path, REFUSING, monkeypatch)
    with pytest.raises(BootstrapError, match=r"gh api .*environments/dev: HTTP 403"):
        tell_github(RESULT, SETTINGS)


def test_without_the_github_cli_the_way_round_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(BootstrapError, match=r"gh auth login.*or leave --github out"):
        tell_github(RESULT, SETTINGS)


def test_pulumi_is_told_a_key_without_its_version() -> None:
    assert secrets_provider(RESULT.key_uris["dev"]) == (
        "azurekeyvault://kv-contoso-bootstrap.vault.azure.net/keys/dev"
    )
