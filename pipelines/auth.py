"""Who we are towards Azure: azure-identity's default chain.

It finds the identity of a GitHub workflow, of a managed identity or of ``az login``; no secret
passes through here. The Azure ML SDK's own sign-in is not used: it wants the Azure CLI's code
in its own environment.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.errors import ServiceError

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken, TokenCredential

SIGN_IN_HINT = "Sign in with `az login`, or set the identity's AZURE_* variables"
RENEW_SECONDS_BEFORE_EXPIRY = 300


@lru_cache(maxsize=1)
def credential() -> TokenCredential:
    """The one credential of this process."""
    from azure.identity import DefaultAzureCredential

    return DefaultAzureCredential()


@lru_cache(maxsize=1)
def tokens() -> Tokens:
    """The tokens of that credential."""
    return Tokens(credential())


class Tokens:
    """Access tokens, asked for once and kept until shortly before they expire.

    The Azure ML SDK asks before every request, and some credentials of the chain start a
    process for every answer (the Azure CLI's takes about a second).
    """

    def __init__(self, credential: TokenCredential) -> None:
        self._credential = credential
        self._kept: dict[str, AccessToken] = {}

    def for_audience(self, audience: str) -> str:
        """A token for ``audience``, e.g. ``https://management.core.windows.net/``."""
        kept = self._kept.get(audience)
        if kept is None or kept.expires_on - time.time() < RENEW_SECONDS_BEFORE_EXPIRY:
            kept = self._kept[audience] = self._ask(audience)
        return kept.token

    def _ask(self, audience: str) -> AccessToken:
        from azure.core.exceptions import ClientAuthenticationError

        try:
            return self._credential.get_token(f"{audience}/.default")
        except ClientAuthenticationError as error:
            reason, *_ = error.message.splitlines()
            raise ServiceError(
                f"no access token for {audience}: {reason}\n{SIGN_IN_HINT}"
            ) from None
