"""What the bootstrap made, and what GitHub has to be told of it."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from bootstrap.settings import BootstrapError, Settings


class Result(BaseModel):
    """The program's exports."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant_id: str
    subscription_id: str
    state_account: str
    key_uris: Mapping[str, str]
    client_ids: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A configuration variable of the repository; ``environment`` is empty for all of it."""

    name: str
    value: str
    environment: str = ""


def variables(result: Result, settings: Settings) -> list[Variable]:
    """What the workflows read. None of it is secret."""
    common = {
        "AZURE_TENANT_ID": result.tenant_id,
        "AZURE_SUBSCRIPTION_ID": result.subscription_id,
        "PULUMI_STATE_ACCOUNT": result.state_account,
        "PULUMI_STACKS": json.dumps(list(settings.environments)),
    }
    return [
        *(Variable(name=name, value=value) for name, value in common.items()),
        *(
            Variable(name="AZURE_CLIENT_ID", value=client_id, environment=environment)
            for environment, client_id in result.client_ids.items()
        ),
    ]


def secrets_provider(key_uri: str) -> str:
    """How Pulumi names a key of Azure Key Vault."""
    return key_uri.replace("https://", "azurekeyvault://", 1)


def github_commands(result: Result, settings: Settings) -> Iterator[list[str]]:
    """The GitHub CLI's commands that make the environments and set the variables."""
    for environment in result.client_ids:
        path = f"repos/{settings.repository}/environments/{environment}"
        yield ["gh", "api", "--silent", "--method", "PUT", path]
    for variable in variables(result, settings):
        where = ["--env", variable.environment] if variable.environment else []
        yield [
            *("gh", "variable", "set", variable.name, "--body", variable.value),
            *("--repo", settings.repository, *where),
        ]


def tell_github(result: Result, settings: Settings) -> None:
    """Make the environments and set the variables, as whom ``gh`` is signed in.

    Raises:
        BootstrapError: there is no ``gh``, or GitHub refuses.
    """
    if shutil.which("gh") is None:
        raise BootstrapError(
            "the GitHub CLI (gh) is not on PATH: install it (https://cli.github.com) and sign in "
            "with `gh auth login`, or leave --github out and set the variables by hand"
        )
    for command in github_commands(result, settings):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BootstrapError(f"{' '.join(command)}: {done.stderr.strip()}")
