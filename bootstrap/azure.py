"""One question to Azure Resource Manager: whether the container for the state exists."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import httpx
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import DefaultAzureCredential

from bootstrap.settings import STATE_STACK, BootstrapError, Settings

_PUBLIC_CLOUD = "https://management.azure.com"
_METADATA_VERSION = "2022-09-01"
_STORAGE_VERSION = "2024-01-01"
_TIMEOUT_SECONDS = 60.0


def subscription() -> str:
    """The subscription that the Azure provider takes: ARM_SUBSCRIPTION_ID, or the Azure CLI's.

    Raises:
        BootstrapError: there is neither.
    """
    chosen = os.environ.get("ARM_SUBSCRIPTION_ID")
    if chosen:
        return chosen
    command = shutil.which("az")
    if command:
        done = subprocess.run(
            [command, "account", "show", "--output", "json"],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode == 0:
            return str(json.loads(done.stdout)["id"])
    raise BootstrapError("not signed in to Azure: az login, then az account set --subscription ID")


def container_exists(settings: Settings, subscription_id: str) -> bool:
    """Whether an earlier run made the container of the bootstrap's state.

    Raises:
        BootstrapError: Azure does not say.
    """
    resource = (
        f"/subscriptions/{subscription_id}/resourceGroups/{settings.resource_group}/providers/"
        f"Microsoft.Storage/storageAccounts/{settings.storage_account}/blobServices/default/"
        f"containers/{STATE_STACK}"
    )
    try:
        with httpx.Client(timeout=_TIMEOUT_SECONDS) as client:
            address, audience = _resource_manager(client)
            token = DefaultAzureCredential().get_token(f"{audience}/.default").token
            answer = client.get(
                f"{address}{resource}",
                params={"api-version": _STORAGE_VERSION},
                headers={"Authorization": f"Bearer {token}"},
            )
    except (httpx.HTTPError, ClientAuthenticationError) as error:
        raise BootstrapError(f"Azure Resource Manager: {error}\nSign in with `az login`") from None
    if answer.status_code == httpx.codes.NOT_FOUND:
        return False
    if answer.is_error:
        raise BootstrapError(f"Azure Resource Manager: {answer.status_code} {answer.text[:300]}")
    return True


def _resource_manager(client: httpx.Client) -> tuple[str, str]:
    """Address and tokens' audience of Resource Manager in the cloud the provider is told."""
    metadata_url = os.environ.get("ARM_CLOUD_METADATA_URL")
    if not metadata_url:
        return _PUBLIC_CLOUD, _PUBLIC_CLOUD
    answer = client.get(metadata_url, params={"api-version": _METADATA_VERSION})
    cloud = answer.raise_for_status().json()[0]
    audience = str(cloud["authentication"]["audiences"][0])
    return str(cloud["resourceManager"]).rstrip("/"), audience.rstrip("/")
