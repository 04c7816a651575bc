"""Databricks' refusals, by the names its API gives them.

verified: docs.databricks.com/api, "Errors"; databricks-sdk ``errors.platform``.
"""

from __future__ import annotations

from localcloud.errors import CloudError
from localcloud.store import JsonObject

_CODES = {
    "InvalidRequest": "MALFORMED_REQUEST",
    "NotImplemented": "NOT_IMPLEMENTED",
    "InternalServerError": "INTERNAL_ERROR",
}
"""Databricks' names for the refusals that every server of the local cloud makes."""


def error_body(error: CloudError) -> JsonObject:
    """The body of a refusal."""
    code = "UNAUTHENTICATED" if error.status == 401 else _CODES.get(error.code, error.code)
    return {"error_code": code, "message": error.message}


def invalid(message: str) -> CloudError:
    """A parameter that can't be accepted."""
    return CloudError(400, "INVALID_PARAMETER_VALUE", message)


def does_not_exist(message: str) -> CloudError:
    """Something named in the request is not there."""
    return CloudError(404, "RESOURCE_DOES_NOT_EXIST", message)


def already_exists(message: str) -> CloudError:
    """Something of that name is there already."""
    return CloudError(400, "RESOURCE_ALREADY_EXISTS", message)


def not_supported(what: str) -> CloudError:
    """Databricks can do it, the local cloud can't, and does not pretend to."""
    return CloudError(400, "FEATURE_DISABLED", f"localcloud's Databricks does not support {what}")
