"""The Azure CLI's tokens in a workflow: bought while its proof of identity is fresh.

GitHub's proof lasts ten minutes and the Azure CLI can't renew it: a token asked for later, for
an audience that was not asked for before, is refused with AADSTS700024
(https://github.com/Azure/azure-cli/issues/28708). Tokens that it has are good for an hour.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence

from deploy.errors import DeployError

AUDIENCES: Sequence[str] = (
    "https://management.azure.com/",  # Pulumi, preflight
    "https://management.core.windows.net/",  # Azure ML's SDK
    "https://storage.azure.com/",  # Pulumi's state, a run's output
    "https://vault.azure.net",  # Pulumi's secrets
    "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d",  # Databricks on Azure
)
"""What a deployment asks tokens for."""


def buy_tokens() -> None:
    """Have the Azure CLI get and keep a token for every audience.

    Raises:
        DeployError: there is no Azure CLI, or it is refused one.
    """
    command = shutil.which("az")
    if command is None:
        raise DeployError("the Azure CLI (az) is not on PATH; GitHub's runners have it")
    for audience in AUDIENCES:
        done = subprocess.run(
            [command, "account", "get-access-token", "--resource", audience, "--output", "none"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise DeployError(f"no token for {audience}: {done.stderr.strip()}")
