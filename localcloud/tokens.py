"""Bearer tokens of the local cloud's identity: signed when issued, checked at every server.

Stands for Microsoft Entra ID. Holds one identity, the developer; grants it everything.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import jwt

from localcloud.errors import CloudError

TENANT_ID = "10ca1000-0000-4000-8000-000000000001"
CLIENT_ID = "10ca1000-0000-4000-8000-000000000002"
OBJECT_ID = "10ca1000-0000-4000-8000-000000000003"
SUBSCRIPTION_ID = "10ca1000-0000-4000-8000-000000000004"

ARM_AUDIENCE = "https://management.azure.com"
DATABRICKS_AUDIENCE = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"
"""Application id of Azure Databricks, the same in every tenant."""

ARM_AUDIENCES = frozenset({ARM_AUDIENCE, "https://management.core.windows.net"})
AZUREML_AUDIENCES = ARM_AUDIENCES | {"https://ml.azure.com"}
DATABRICKS_AUDIENCES = frozenset({DATABRICKS_AUDIENCE})

LIFETIME_SECONDS = 12 * 3600
_ISSUER = f"https://sts.windows.net/{TENANT_ID}/"


@dataclass(frozen=True)
class TokenAuthority:
    """Issues and checks tokens with a key that is made once per cloud."""

    key: bytes

    @classmethod
    def open(cls, folder: Path) -> TokenAuthority:
        """Use the folder's signing key, made on first use and readable by its owner only."""
        path = folder / "token-key"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return cls(path.read_bytes())
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
        return cls(path.read_bytes())

    @property
    def managed_identity_header(self) -> str:
        """What a client of the managed-identity endpoint must send (IDENTITY_HEADER)."""
        return hmac.new(self.key, b"managed identity", hashlib.sha256).hexdigest()

    def issue(self, audience: str, *, lifetime_seconds: int = LIFETIME_SECONDS) -> str:
        """A token for an audience (a resource's address or application id)."""
        now = int(time.time())
        claims = {
            "aud": audience.removesuffix("/.default").rstrip("/"),
            "iss": _ISSUER,
            "iat": now,
            "nbf": now - 60,
            "exp": now + lifetime_seconds,
            "tid": TENANT_ID,
            "oid": OBJECT_ID,
            "appid": CLIENT_ID,
            "sub": OBJECT_ID,
            "name": "localcloud developer",
            "jti": str(uuid.uuid4()),
            "ver": "1.0",
        }
        return jwt.encode(claims, self.key, algorithm="HS256")

    def check(self, authorization: str | None, audiences: frozenset[str]) -> None:
        """Check an ``Authorization`` header.

        Raises:
            CloudError: 401, with a message that says what is wrong with the token.
        """
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise _refusal("AuthenticationFailed", "the 'Authorization' header holds no token")
        try:
            jwt.decode(
                token, self.key, algorithms=["HS256"], audience=list(audiences), issuer=_ISSUER
            )
        except jwt.ExpiredSignatureError as error:
            raise _refusal("ExpiredAuthenticationToken", "the access token has expired") from error
        except jwt.InvalidAudienceError as error:
            allowed = ", ".join(sorted(audiences))
            raise _refusal(
                "InvalidAuthenticationTokenAudience",
                f"the access token is for another audience; allowed: {allowed}",
            ) from error
        except jwt.InvalidTokenError as error:
            raise _refusal(
                "InvalidAuthenticationToken", f"the access token is invalid: {error}"
            ) from error


def _refusal(code: str, message: str) -> CloudError:
    return CloudError(401, code, message, headers={"WWW-Authenticate": "Bearer"})
