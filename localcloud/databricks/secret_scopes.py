"""Secret scopes and the secrets in them. Values are given out only where the API gives them out.

Scopes are Databricks' own; scopes backed by a key vault are refused.
"""

from __future__ import annotations

import base64
import binascii
import re
import time
from collections.abc import Mapping

from databricks.sdk.service.workspace import (
    GetSecretResponse,
    ScopeBackendType,
    SecretMetadata,
    SecretScope,
)

from localcloud.databricks.documents import Documents
from localcloud.databricks.errors import already_exists, does_not_exist, invalid
from localcloud.errors import CloudError

MAX_SECRET_BYTES = 128 * 1024
"""Source: databricks-sdk, SecretsAPI.put_secret."""

_NAME = re.compile(r"[\w\-.@]{1,128}")
"""Source: databricks-sdk, SecretsAPI.create_scope and put_secret."""

_REFERENCE = re.compile(r"\{\{secrets/(?P<scope>[^/}]+)/(?P<key>[^/}]+)\}\}")
"""verified: docs.databricks.com, "Use a secret in a Spark configuration property"."""


class SecretScopes:
    """The scopes of one workspace."""

    def __init__(self, scopes: Documents, secrets: Documents) -> None:
        self._scopes = scopes
        self._secrets = secrets

    def create(self, scope: str) -> None:
        """Make an empty scope."""
        _check_name("scope", scope)
        with self._scopes.transaction():
            if self._scopes.get(scope) is not None:
                raise already_exists(f"Scope {scope} already exists!")
            self._scopes.put(scope, {"name": scope})

    def delete(self, scope: str) -> None:
        """Delete a scope and its secrets."""
        with self._scopes.transaction():
            self._check_scope(scope)
            for key, _ in self._secrets.items(f"{scope}/"):
                self._secrets.delete(key)
            self._scopes.delete(scope)

    def list_scopes(self) -> list[SecretScope]:
        """All scopes."""
        return [
            SecretScope(name=name, backend_type=ScopeBackendType.DATABRICKS)
            for name, _ in self._scopes.items()
        ]

    def put(self, scope: str, key: str, *, text: str | None, base64_bytes: str | None) -> None:
        """Write a secret, given as text or as bytes in base64."""
        self._check_scope(scope)
        _check_name("key", key)
        if (text is None) == (base64_bytes is None):
            raise invalid("Exactly one of string_value and bytes_value must be given")
        value = text.encode() if text is not None else _decode(base64_bytes or "")
        if len(value) > MAX_SECRET_BYTES:
            raise CloudError(
                400, "INVALID_PARAMETER_VALUE", f"A secret may have {MAX_SECRET_BYTES} bytes"
            )
        document = {"value": base64.b64encode(value).decode(), "updated": int(time.time() * 1000)}
        self._secrets.put(f"{scope}/{key}", document)

    def get(self, scope: str, key: str) -> GetSecretResponse:
        """A secret's value, in base64."""
        self._check_scope(scope)
        found = self._secrets.get(f"{scope}/{key}")
        if found is None:
            raise _no_secret(scope, key)
        return GetSecretResponse(key=key, value=found["value"])

    def delete_secret(self, scope: str, key: str) -> None:
        """Delete a secret."""
        self._check_scope(scope)
        if not self._secrets.delete(f"{scope}/{key}"):
            raise _no_secret(scope, key)

    def list_secrets(self, scope: str) -> list[SecretMetadata]:
        """The keys in a scope, and when they were written (milliseconds since 1970)."""
        self._check_scope(scope)
        return [
            SecretMetadata(
                key=path.removeprefix(f"{scope}/"), last_updated_timestamp=found["updated"]
            )
            for path, found in self._secrets.items(f"{scope}/")
        ]

    def fill_in(self, settings: Mapping[str, str]) -> dict[str, str]:
        """Settings of a cluster, with ``{{secrets/scope/key}}`` replaced by the secret.

        Raises:
            CloudError: 404; a setting refers to a secret that is not there.
        """
        return {name: self._filled_in(value) for name, value in settings.items()}

    def _filled_in(self, value: str) -> str:
        reference = _REFERENCE.fullmatch(value)
        if reference is None:
            return value
        secret = self.get(reference["scope"], reference["key"])
        return base64.b64decode(secret.value or "").decode()

    def _check_scope(self, scope: str) -> None:
        if self._scopes.get(scope) is None:
            raise does_not_exist(f"Scope {scope} does not exist!")


def _no_secret(scope: str, key: str) -> CloudError:
    return does_not_exist(f"Secret does not exist with scope: {scope} and key: {key}")


def _check_name(what: str, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise invalid(
            f"{what} {name!r}: 1 to 128 letters, digits, dashes, underscores, @ and periods"
        )


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise invalid(f"bytes_value is not base64: {error}") from error
