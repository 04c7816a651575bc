"""The few calls that a notebook's process makes to its own workspace.

Plain HTTP rather than the databricks-sdk, whose import costs seconds at every start of a
process.
"""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator
from typing import Any

import httpx


class WorkspaceApiError(Exception):
    """The workspace refused; the message is its own."""


class WorkspaceApi:
    """A workspace, as one run may use it."""

    def __init__(self, url: str, authority: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {token}"},
            verify=ssl.create_default_context(cafile=authority),
            trust_env=False,
            timeout=30,
        )

    def secret(self, scope: str, key: str) -> bytes:
        """The value of a secret."""
        answer = self._get("/api/2.0/secrets/get", scope=scope, key=key)
        return base64.b64decode(answer["value"])

    def secret_keys(self, scope: str) -> list[str]:
        """The keys in a scope."""
        answer = self._get("/api/2.0/secrets/list", scope=scope)
        return [found["key"] for found in answer["secrets"]]

    def secret_scopes(self) -> list[str]:
        """The names of all scopes."""
        return [found["name"] for found in self._get("/api/2.0/secrets/scopes/list")["scopes"]]

    def notebook(self, path: str) -> tuple[str, str]:
        """A notebook's language and its text in source format."""
        status = self._get("/api/2.0/workspace/get-status", path=path)
        if status["object_type"] != "NOTEBOOK":
            raise WorkspaceApiError(f"{path} is not a notebook")
        answer = self._get("/api/2.0/workspace/export", path=path, format="SOURCE")
        return status["language"], base64.b64decode(answer["content"]).decode()

    def files(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """Path and content of every file below a folder, notebooks left out."""
        for found in self._get("/api/2.0/workspace/list", path=folder)["objects"]:
            path = found["path"]
            if found["object_type"] == "DIRECTORY":
                yield from self.files(path)
            elif found["object_type"] == "FILE":
                answer = self._get("/api/2.0/workspace/export", path=path, format="RAW")
                yield path, base64.b64decode(answer["content"])

    def _get(self, route: str, /, **query: str) -> dict[str, Any]:
        response = self._client.get(route, params=query)
        body: dict[str, Any] = response.json()
        if response.is_error:
            raise WorkspaceApiError(body.get("message", response.text))
        return body
