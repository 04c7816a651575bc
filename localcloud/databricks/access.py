"""Who may call a workspace: personal access tokens, tokens of the cloud, tokens of runs.

A token's value is shown once, when it is made; only its hash is kept.
"""

from __future__ import annotations

import hashlib
import secrets
import time

from databricks.sdk.service.settings import CreateTokenResponse, PublicTokenInfo

from localcloud.databricks.documents import Documents
from localcloud.databricks.errors import does_not_exist, invalid
from localcloud.errors import CloudError
from localcloud.store import JsonObject
from localcloud.tokens import DATABRICKS_AUDIENCES, TokenAuthority

_PREFIX = "dapi"
NEVER = -1
"""Expiry of a token that has none."""


class Access:
    """The tokens of one workspace."""

    def __init__(self, documents: Documents, authority: TokenAuthority) -> None:
        self._documents = documents
        self._authority = authority
        self._run_tokens: set[str] = set()

    def check(self, authorization: str | None) -> None:
        """Check an ``Authorization`` header.

        Raises:
            CloudError: 401 if it holds no token of the cloud, 403 if it holds a personal access
                token that this workspace does not know any more.
        """
        token = (authorization or "").removeprefix("Bearer ")
        if not token.startswith(_PREFIX):
            self._authority.check(authorization, DATABRICKS_AUDIENCES)
            return
        digest = _digest(token)
        if digest in self._run_tokens:
            return
        found = self._documents.get(digest)
        # assumed: unknown, revoked and expired tokens get the same answer.
        if found is None or 0 <= found["expiry_time"] <= _now_ms():
            raise CloudError(403, "PERMISSION_DENIED", "Invalid access token.")

    def create(self, *, comment: str | None, lifetime_seconds: int | None) -> CreateTokenResponse:
        """A new personal access token; without a lifetime it does not expire."""
        if lifetime_seconds is not None and lifetime_seconds <= 0:
            raise invalid(f"lifetime_seconds: {lifetime_seconds} is not a positive number")
        token = _new_token()
        now = _now_ms()
        info: JsonObject = {
            "token_id": _digest(token),
            "creation_time": now,
            "expiry_time": now + lifetime_seconds * 1000 if lifetime_seconds else NEVER,
            "comment": comment or "",
        }
        self._documents.put(_digest(token), info)
        return CreateTokenResponse(token_value=token, token_info=PublicTokenInfo.from_dict(info))

    def list(self) -> list[PublicTokenInfo]:
        """The personal access tokens that were not revoked."""
        return [PublicTokenInfo.from_dict(info) for _, info in self._documents.items()]

    def revoke(self, token_id: str) -> None:
        """Make a personal access token invalid."""
        if not self._documents.delete(token_id):
            raise does_not_exist(f"Token {token_id} does not exist")

    def open_run_token(self) -> str:
        """A token for one run's process; lives until it is closed, at most as long as we do."""
        token = _new_token()
        self._run_tokens.add(_digest(token))
        return token

    def close_run_token(self, token: str) -> None:
        """Make a run's token invalid."""
        self._run_tokens.discard(_digest(token))


def _new_token() -> str:
    return _PREFIX + secrets.token_hex(16)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _now_ms() -> int:
    return int(time.time() * 1000)
