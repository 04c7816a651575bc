"""``dbutils.secrets``: values from the workspace's secret scopes, never shown in output."""

from __future__ import annotations

import builtins
from typing import NamedTuple

from localcloud.databricks.spark.output import Redactor
from localcloud.databricks.spark.workspace_api import WorkspaceApi


class SecretMetadata(NamedTuple):
    """A secret's name."""

    key: str


class SecretScope(NamedTuple):
    """A scope's name."""

    name: str


class Secrets:
    """The object that a notebook knows as ``dbutils.secrets``."""

    def __init__(self, workspace: WorkspaceApi, redactor: Redactor) -> None:
        self._workspace = workspace
        self._redactor = redactor

    def get(self, scope: str, key: str) -> str:
        """The value of a secret, as text."""
        return self.getBytes(scope, key).decode()

    def getBytes(self, scope: str, key: str) -> bytes:  # noqa: N802
        """The value of a secret."""
        value = self._workspace.secret(scope, key)
        self._redactor.add(value.decode(errors="replace"))
        return value

    def list(self, scope: str) -> list[SecretMetadata]:
        """The names of the secrets in a scope."""
        return [SecretMetadata(key) for key in self._workspace.secret_keys(scope)]

    def listScopes(self) -> builtins.list[SecretScope]:  # noqa: N802
        """All scopes."""
        return [SecretScope(name) for name in self._workspace.secret_scopes()]
