"""Tokens of the cloud's managed identity, which the developer is.

Needs the header that the environment of this cloud holds. No user and no application signs in.
"""

from __future__ import annotations

import hmac
import time

from fastapi import APIRouter, Request

from localcloud.cloud import Cloud
from localcloud.errors import CloudError
from localcloud.store import JsonObject
from localcloud.tokens import CLIENT_ID, LIFETIME_SECONDS

router = APIRouter()

PATH = "/msi/token"
_HEADERS = {"2019-08-01": "x-identity-header", "2017-09-01": "secret"}


@router.get(PATH)
def managed_identity_token(request: Request) -> JsonObject:
    """A token of the developer, in the shape of App Service; the older shape by API version.

    Fidelity: verified (azure-identity: App Service and Azure ML credentials)
    """
    cloud: Cloud = request.app.state.cloud
    version = request.query_params.get("api-version", "")
    header = _HEADERS.get(version)
    if header is None:
        message = f"api-version '{version}' is not supported; use {' or '.join(_HEADERS)}"
        raise CloudError(400, "BadRequest", message)
    if not _same(request.headers.get(header), cloud.tokens.managed_identity_header):
        raise CloudError(401, "Unauthorized", f"the header '{header}' is missing or wrong")
    resource = request.query_params.get("resource")
    if not resource:
        raise CloudError(400, "BadRequest", "the query parameter 'resource' is missing")
    client_id = request.query_params.get("client_id") or request.query_params.get("clientid")
    if client_id not in (None, CLIENT_ID):
        message = f"no identity with client id '{client_id}' is assigned; there is {CLIENT_ID}"
        raise CloudError(400, "BadRequest", message)
    return {
        "access_token": cloud.tokens.issue(resource),
        "expires_on": str(int(time.time()) + LIFETIME_SECONDS),
        "resource": resource,
        "token_type": "Bearer",
        "client_id": CLIENT_ID,
    }


def _same(given: str | None, expected: str) -> bool:
    return hmac.compare_digest((given or "").encode(), expected.encode())
