"""Which workspace the provider acts on, and how it signs in. Only workspaces on this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from localcloud.plugins.properties import Properties
from localcloud.plugins.provider import ProviderError

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
MAX_RETRY_SECONDS = 20
"""A workspace on this machine that is silent for longer is down, whatever the program allows."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The provider's settings.

    Attributes:
        host: address of the workspace with scheme, without trailing slash.
        auth_type: ``pat``, or any other word for the Azure identity of the environment.
        token: personal access token, for ``pat``.
        resource_id: ARM id of the workspace; may be empty.
        retry_seconds: how long a call that finds no answer is repeated.
    """

    host: str
    auth_type: str
    token: str = field(repr=False)
    resource_id: str
    retry_seconds: int

    @classmethod
    def from_config(cls, config: Properties) -> Settings:
        """Settings from the provider's configuration and the environment.

        Raises:
            ProviderError: no workspace is named, or one that is not on this machine.
        """
        host = str(config.get("host") or os.environ.get("DATABRICKS_HOST", ""))
        if urlsplit(host).hostname not in LOOPBACK:
            raise ProviderError(
                f"host={host!r}: this databricks plugin is localcloud's and knows workspaces on "
                "this machine only; for Azure take localcloud/plugins/bin off PATH"
            )
        token = str(config.get("token") or os.environ.get("DATABRICKS_TOKEN", ""))
        # Values that are no strings arrive as the text of their JSON.
        wanted_seconds = float(str(config.get("retryTimeoutSeconds", MAX_RETRY_SECONDS)))
        return cls(
            host=host.rstrip("/"),
            auth_type=str(config.get("authType") or ("pat" if token else "azure-cli")),
            token=token,
            resource_id=str(config.get("azureWorkspaceResourceId", "")),
            retry_seconds=int(min(wanted_seconds, MAX_RETRY_SECONDS)),
        )
