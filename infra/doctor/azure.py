"""Signs in to Azure as the deployment does, and makes clients for the checks.

Which cloud it is comes from the environment: ``ARM_CLOUD_METADATA_URL`` names a cloud's
metadata, else ``ARM_ENVIRONMENT`` one of Azure's own clouds. Who signs in is found by
azure-identity's default chain; no secret passes through here.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import jwt
from azure.core import AzureClouds
from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError, HttpResponseError
from azure.core.pipeline.policies import BearerTokenCredentialPolicy, RetryPolicy
from azure.core.rest import HttpRequest, HttpResponse
from azure.identity import DefaultAzureCredential
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.tools import get_arm_endpoints

Client = TypeVar("Client")

REACH_TIMEOUT_SECONDS = 10
RETRIES = 2
CLOUDS = {
    "public": "AZURE_PUBLIC_CLOUD",
    "usgovernment": "AZURE_US_GOVERNMENT",
    "china": "AZURE_CHINA_CLOUD",
}
"""Values of ARM_ENVIRONMENT, as the azure-native provider takes them, to azure-core's names."""

SUBSCRIPTION_VARIABLES = ("ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID")


class SignInError(Exception):
    """No way to Azure; the message is one line."""

    def __init__(self, message: str, command: str) -> None:
        super().__init__(message)
        self.command = command


@dataclass(frozen=True, kw_only=True)
class Azure:
    """One signed-in identity in one subscription."""

    endpoint: str
    """Address of Azure Resource Manager, without a trailing slash."""
    scope: str
    token: AccessToken
    subscription_id: str

    def client(self, kind: Callable[..., Client]) -> Client:
        """One of Azure's management clients; it does not insist when nobody answers."""
        return kind(self, self.subscription_id, **self._manners)

    def tenant_client(self, kind: Callable[..., Client]) -> Client:
        """The same, of a client that stands above subscriptions."""
        return kind(self, **self._manners)

    @property
    def _manners(self) -> dict[str, Any]:
        return {
            "base_url": self.endpoint,
            "credential_scopes": [self.scope],
            "retry_total": RETRIES,
            "connection_timeout": REACH_TIMEOUT_SECONDS,
        }

    def get_token(self, *_scopes: str, **_options: Any) -> AccessToken:
        """The token, for clients: some credentials start a process for each that they give."""
        return self.token

    def get(self, path: str, api_version: str) -> Mapping[str, Any] | None:
        """What Azure Resource Manager has at a path (or a next page's address); None for nothing.

        For what has no client in the lock file, and for existence.

        Raises:
            AzureError: it refused.
        """

        version = {"api-version": api_version} if api_version else {}
        answer = self._send(HttpRequest("GET", path, params=version))
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise HttpResponseError(response=answer)
        found: Mapping[str, Any] = answer.json()
        return found

    def _send(self, request: HttpRequest) -> HttpResponse:

        policies = [RetryPolicy(retry_total=RETRIES), BearerTokenCredentialPolicy(self, self.scope)]
        client: ARMPipelineClient[HttpRequest, HttpResponse] = ARMPipelineClient(
            self.endpoint, policies=policies
        )
        request.url = client.format_url(request.url)
        return client.send_request(request)

    @property
    def claims(self) -> Mapping[str, Any]:
        """What the token says about its owner. Read, not trusted: checking it is Azure's work."""
        claims: Mapping[str, Any] = jwt.decode(
            self.token.token, options={"verify_signature": False}
        )
        return claims

    def group_id(self, name: str) -> str:
        """ARM id of a resource group."""
        return f"/subscriptions/{self.subscription_id}/resourceGroups/{name}"


def sign_in(config: Mapping[str, str]) -> Azure:
    """Find the cloud, the subscription and an identity.

    Args:
        config: the stack's configuration; ``azure-native:subscriptionId`` wins over the
            environment.

    Raises:
        SignInError: one of them is not to be had.
    """
    endpoint, scope = _cloud()
    return Azure(
        endpoint=endpoint.rstrip("/"),
        scope=scope,
        token=_token(scope),
        subscription_id=_subscription(config),
    )


def _cloud() -> tuple[str, str]:
    """Endpoint of Azure Resource Manager and the scope of its tokens."""
    url = os.environ.get("ARM_CLOUD_METADATA_URL")
    if url:
        return _from_metadata(url)

    wanted = os.environ.get("ARM_ENVIRONMENT", "public")
    if wanted not in CLOUDS:
        known = ", ".join(CLOUDS)
        raise SignInError(f"ARM_ENVIRONMENT is {wanted!r}; known: {known}", "unset ARM_ENVIRONMENT")
    found = get_arm_endpoints(AzureClouds[CLOUDS[wanted]])
    return found["resource_manager"], found["credential_scopes"][0]


def _from_metadata(url: str) -> tuple[str, str]:
    try:
        answer = httpx.get(url, timeout=REACH_TIMEOUT_SECONDS).raise_for_status().json()
        cloud = answer[0] if isinstance(answer, list) else answer
        audience = cloud["authentication"]["audiences"][0].rstrip("/")
        return cloud["resourceManager"], f"{audience}/.default"
    except (httpx.HTTPError, ValueError, LookupError, TypeError) as problem:
        raise SignInError(
            f"no cloud answers at ARM_CLOUD_METADATA_URL {url}: {problem}", f"curl {url}"
        ) from None


def _token(scope: str) -> AccessToken:

    # The chain tells of each link that does not fit; only the end counts.
    logging.getLogger("azure").setLevel(logging.CRITICAL)
    try:
        return DefaultAzureCredential().get_token(scope)
    except AzureError as problem:
        reason, *_ = str(problem.message).splitlines()
        raise SignInError(f"not signed in: {reason}", "az login") from None


def _subscription(config: Mapping[str, str]) -> str:
    named = [
        config.get("azure-native:subscriptionId"),
        *map(os.environ.get, SUBSCRIPTION_VARIABLES),
    ]
    chosen = next((value for value in named if value), "") or _cli_default()
    if not chosen:
        raise SignInError(
            f"no subscription: neither azure-native:subscriptionId nor {SUBSCRIPTION_VARIABLES[0]} "
            "is set, and the Azure CLI has no default",
            "az account set --subscription NAME",
        )
    return chosen


def _cli_default() -> str:
    """The subscription of the Azure CLI's login, which the azure-native provider takes, too."""
    command = shutil.which("az")
    if command is None:
        return ""
    arguments = ["account", "show", "--query", "id", "--output", "tsv"]
    done = subprocess.run([command, *arguments], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
