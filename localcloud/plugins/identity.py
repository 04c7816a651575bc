"""The Azure identity that deploys: whoever azure-identity finds in the environment."""

from __future__ import annotations

import logging
from typing import Any

from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import DefaultAzureCredential

from localcloud.plugins.provider import ProviderError


class AzureIdentity:
    """A credential as the Azure SDK takes it, whose refusal is one line with the remedy."""

    def __init__(self) -> None:
        # It reports every way to sign in that it tried and did not find.
        logging.getLogger("azure").setLevel(logging.ERROR)
        self._credential = DefaultAzureCredential()

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """A token for a scope.

        Raises:
            ProviderError: no way to sign in works.
        """
        try:
            return self._credential.get_token(*scopes, **options)
        except ClientAuthenticationError as error:
            raise ProviderError(
                f"no sign-in gives a token for {' '.join(scopes)}; a shell that is signed in to "
                'the local cloud comes from: eval "$(python -m localcloud env)"'
            ) from error
