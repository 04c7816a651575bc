"""Lists: the resources of one type, or of all types in short."""

from __future__ import annotations

import re

from localcloud.arm import refusals, registry, scopes
from localcloud.arm.behavior import Context
from localcloud.arm.calls import Call
from localcloud.errors import CloudError
from localcloud.store import JsonObject

_SHOWN = ("id", "name", "type", "location", "tags", "kind", "sku", "identity", "managedBy")


def collection(context: Context, call: Call) -> list[JsonObject]:
    """The resources of a collection, whole."""
    address = call.address
    kind = registry.find(address)
    registry.check_api_version(kind, call.api_version)
    scopes.check(context, kind, address)
    prefix = address.parent.id if address.parent else address.scope
    return kind.behavior.list(context, prefix, kind.name, call.query)


def everything(context: Context, call: Call) -> list[JsonObject]:
    """All resources of a subscription or group that are in no other resource, in short."""
    address = call.address
    registry.require_api_version(call.api_version)
    scopes.check_subscription(address.subscription)
    if address.parent is not None and context.resources.get(address.parent.id) is None:
        raise refusals.group_not_found(address.parent.name)
    scope = address.parent.id if address.parent else address.scope
    found = context.resources.list(scope, _filtered_type(call.query.get("$filter", "")))
    return [
        {key: each[key] for key in _SHOWN if key in each}
        for each in found
        if each["type"].count("/") == 1 and not scopes.is_group(registry.of(each["type"]))
    ]


def _filtered_type(odata_filter: str) -> str:
    """The type that ``resourceType eq '...'`` names; empty for no filter."""
    match = re.fullmatch(r"\s*resourceType eq '([^']+)'\s*|", odata_filter)
    if match is None:
        message = f"The filter \"{odata_filter}\" is not supported: resourceType eq '...' is."
        raise CloudError(400, "InvalidFilterInQueryString", message)
    return match[1] or ""
