"""Refusals in the words and codes of Azure Resource Manager."""

from __future__ import annotations

from localcloud.errors import CloudError
from localcloud.store import JsonObject


def error_body(error: CloudError) -> JsonObject:
    """Azure Resource Manager's error shape."""
    return {"error": {"code": error.code, "message": error.message}}


def invalid_content(reason: str) -> CloudError:
    """400: the body is not what the API takes."""
    return CloudError(400, "InvalidRequestContent", f"The request content was invalid: {reason}.")


def not_found(type_name: str, name: str, group: str) -> CloudError:
    """404: no such resource."""
    where = f" under resource group '{group}'" if group else ""
    return CloudError(
        404, "ResourceNotFound", f"The Resource '{type_name}/{name}'{where} was not found."
    )


def group_not_found(name: str) -> CloudError:
    """404: no such resource group."""
    return CloudError(404, "ResourceGroupNotFound", f"Resource group '{name}' could not be found.")


def parent_not_found(parent: str) -> CloudError:
    """404: what the resource would belong to does not exist."""
    return CloudError(
        404,
        "ParentResourceNotFound",
        "Can not perform requested operation on nested resource. "
        f"Parent resource '{parent}' not found.",
    )


def reference_not_found(resource_id: str, referred_by: str) -> CloudError:
    """400: a property names a resource that does not exist."""
    return CloudError(
        400,
        "InvalidResourceReference",
        f"Resource {resource_id} referenced by {referred_by} was not found. "
        "Please make sure that the referenced resource exists.",
    )


def change_not_allowed(path: str, before: object, after: object) -> CloudError:
    """409: a property that can be given only when the resource is made."""
    return CloudError(
        409,
        "PropertyChangeNotAllowed",
        f"Changing property '{path}' from {before!r} to {after!r} is not allowed; "
        "delete the resource and create it anew.",
    )


def busy(name: str, state: str) -> CloudError:
    """409: the resource is in the middle of something."""
    return CloudError(
        409,
        "AnotherOperationInProgress",
        f"'{name}' is in state {state}: another operation on it is in progress. Retry later.",
        headers={"Retry-After": "1"},
    )
