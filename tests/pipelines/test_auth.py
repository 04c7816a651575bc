"""Tokens: asked for once, renewed in time, and clearly refused."""

from __future__ import annotations

import time
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from pipelines.auth import RENEW_SECONDS_BEFORE_EXPIRY, Tokens
from pipelines.errors import ServiceError

AUDIENCE = "https://management.core.windows.net/"


class CountingCredential:
    """Numbers the tokens it gives out, and remembers for what."""

    def __init__(self, *, lifetime_seconds: int) -> None:
        self._lifetime_seconds = lifetime_seconds
        self.scopes: list[str] = []

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        self.scopes += scopes
        return AccessToken(f"token-{len(self.scopes)}", int(time.time()) + self._lifetime_seconds)


def test_a_token_is_asked_for_once_per_audience() -> None:
    credential = CountingCredential(lifetime_seconds=3600)
    tokens = Tokens(credential)

    assert [tokens.for_audience(AUDIENCE) for _ in range(3)] == ["token-1"] * 3
    assert tokens.for_audience("https://ml.azure.com") == "token-2"
    assert credential.scopes == [
        "https://management.core.windows.net//.default",
        "https://ml.azure.com/.default",
    ]


def test_a_token_is_renewed_before_it_expires() -> None:
    tokens = Tokens(CountingCredential(lifetime_seconds=RENEW_SECONDS_BEFORE_EXPIRY - 1))

    assert [tokens.for_audience(AUDIENCE) for _ in range(2)] == ["token-1", "token-2"]


def test_without_an_identity_the_way_to_sign_in_is_said() -> None:
    class NoCredential:
        def get_token(self, *scopes: str, **_: Any) -> AccessToken:
            raise ClientAuthenticationError("Nothing worked.\nAttempted: ...")

    with pytest.raises(ServiceError) as refusal:
        Tokens(NoCredential()).for_audience(AUDIENCE)

    assert str(refusal.value) == (
        f"no access token for {AUDIENCE}: Nothing worked.\n"
        "Sign in with `az login`, or set the identity's AZURE_* variables"
    )
