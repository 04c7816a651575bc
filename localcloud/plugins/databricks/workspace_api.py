"""A Databricks workspace's REST API, through the Databricks SDK's own HTTP client.

Signs in as the provider's configuration says: with a personal access token, or with a token of
the signed-in Azure identity. Imported by the first call: an update without changes makes none.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from databricks.sdk.core import ApiClient, Config, CredentialsStrategy
from databricks.sdk.errors.base import DatabricksError
from databricks.sdk.errors.platform import NotFound

from localcloud.plugins.databricks.settings import Settings
from localcloud.plugins.identity import AzureIdentity
from localcloud.plugins.properties import Properties
from localcloud.plugins.provider import MissingError, ProviderError

AZURE_DATABRICKS = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"
"""Application id of Azure Databricks, the same in every tenant."""

HTTP_TIMEOUT_SECONDS = 60


class WorkspaceApi:
    """A client of one workspace. Connects when it is asked for something."""

    def __init__(self, settings: Settings) -> None:
        self.host = settings.host
        self._settings = settings
        self._sign_in = None if settings.auth_type == "pat" else _AzureSignIn(AzureIdentity())
        self._client: ApiClient | None = None
        self._connecting = threading.Lock()
        logging.getLogger("databricks").setLevel(logging.ERROR)

    def get(self, path: str, query: Properties | None = None) -> Properties:
        """GET below ``/api/2.0``."""
        return self._call("GET", path, query=query)

    def post(self, path: str, body: Properties) -> Properties:
        """POST below ``/api/2.0``."""
        return self._call("POST", path, body=body)

    def _call(
        self,
        method: str,
        path: str,
        *,
        query: Properties | None = None,
        body: Properties | None = None,
    ) -> Properties:
        try:
            answer = self._connect().do(method, f"/api/2.0{path}", query=query, body=body)
        except NotFound as error:
            raise MissingError(_text(error, method, path)) from error
        except DatabricksError as error:
            raise ProviderError(_text(error, method, path)) from error
        except (OSError, TimeoutError) as error:
            raise ProviderError(
                f"{method} {self.host}/api/2.0{path}: the local cloud does not answer; start it "
                f"with: python -m localcloud start ({error})"
            ) from error
        if not isinstance(answer, dict):
            raise ProviderError(f"{method} {path}: expected a JSON object, got {answer!r}")
        return answer

    def _connect(self) -> ApiClient:
        """The one client. The SDK's first ``Config`` breaks when two threads make it at once."""
        with self._connecting:
            if self._client is None:
                self._client = ApiClient(self._config())
            return self._client

    def _config(self) -> Config:
        settings = self._settings
        try:
            return Config(
                host=self.host,
                auth_type=settings.auth_type,
                token=settings.token if settings.auth_type == "pat" else None,
                azure_workspace_resource_id=settings.resource_id or None,
                retry_timeout_seconds=settings.retry_seconds,
                http_timeout_seconds=HTTP_TIMEOUT_SECONDS,
                credentials_strategy=self._sign_in,
            )
        except ValueError as error:
            raise ProviderError(f"sign-in to {self.host}: {error}") from error


class _AzureSignIn(CredentialsStrategy):
    """The Azure identity, in the form that the SDK takes."""

    def __init__(self, identity: AzureIdentity) -> None:
        self._identity = identity

    def auth_type(self) -> str:
        return "azure-identity"

    def __call__(self, cfg: Config) -> Callable[[], dict[str, str]]:
        workspace = cfg.azure_workspace_resource_id
        known = {"X-Databricks-Azure-Workspace-Resource-Id": workspace} if workspace else {}

        def headers() -> dict[str, str]:
            token = self._identity.get_token(f"{AZURE_DATABRICKS}/.default").token
            return {"Authorization": f"Bearer {token}", **known}

        return headers


def _text(error: DatabricksError, method: str, path: str) -> str:
    return f"{error.error_code or type(error).__name__}: {error} ({method} /api/2.0{path})"
