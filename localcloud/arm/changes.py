"""From a PUT's or PATCH's body to the resource as it will be: checks that all types share."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from localcloud.arm import locations, schema
from localcloud.arm.addresses import Address
from localcloud.arm.behavior import Change, Context
from localcloud.arm.refusals import change_not_allowed, invalid_content
from localcloud.arm.types import ResourceType
from localcloud.errors import CloudError
from localcloud.store import JsonObject
from localcloud.tokens import CLIENT_ID, TENANT_ID

_IDENTITY_TYPE = "Microsoft.ManagedIdentity/userAssignedIdentities"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A PUT or PATCH before any check of its body."""

    kind: ResourceType
    address: Address
    before: JsonObject | None
    method: str
    body: JsonObject
    query: Mapping[str, str]


def build(context: Context, draft: Draft) -> Change:
    """Check a body and work out the resource that it asks for; writes nothing.

    Raises:
        CloudError: the request is refused.
    """
    kind, address, before = draft.kind, draft.address, draft.before
    if draft.method == "PUT" and kind.needs_location and not draft.body.get("location"):
        message = "The location property is required for this definition."
        raise CloudError(400, "LocationRequired", message)
    shapes = schema.load(kind.namespace)
    cleaned, problems = shapes.clean(kind.name, draft.method, draft.body)
    if problems:
        raise invalid_content("; ".join(problems))
    secrets = _take_secrets(kind, cleaned)
    if draft.method == "PATCH" and before is not None:
        resource = _merged(before, cleaned)
    else:
        head = {"id": address.id, "name": address.name, "type": kind.name}
        head = {key: (before or head)[key] for key in head}
        resource = {**head, **cleaned}
        _carry_over(shapes, kind, before, resource)
    if shapes.has(kind.name, "properties"):
        resource.setdefault("properties", {})
    change = Change(
        address=address, before=before, resource=resource, secrets=secrets, query=draft.query
    )
    _settle_location(shapes, kind, change)
    _settle_identity(context, change)
    _check_create_only(kind, change)
    if shapes.has(kind.name, "systemData"):
        resource["systemData"] = _system_data(before)
    if shapes.has(kind.name, "etag"):
        resource["etag"] = f'W/"{uuid.uuid4()}"'
    return change


def _take_secrets(kind: ResourceType, cleaned: JsonObject) -> JsonObject:
    secrets = {}
    for path in kind.secrets:
        *parents, last = path.split(".")
        owner: Any = cleaned
        for name in parents:
            owner = owner.get(name) if isinstance(owner, dict) else None
        if isinstance(owner, dict) and last in owner:
            secrets[last] = owner.pop(last)
    return secrets


def _merged(before: JsonObject, patch: JsonObject) -> JsonObject:
    """A PATCH replaces tags as a whole and merges all else."""
    merged = dict(before)
    for key, value in patch.items():
        old = merged.get(key)
        mergeable = key != "tags" and isinstance(value, dict)
        merged[key] = _merged(old, value) if mergeable and isinstance(old, dict) else value
    return merged


def _carry_over(
    shapes: schema.Schema, kind: ResourceType, before: JsonObject | None, resource: JsonObject
) -> None:
    """A PUT leaves alone what only the service sets, and what can't change if it is not given."""
    if before is None:
        return
    for name, value in before.get("properties", {}).items():
        if shapes.read_only(kind.name, "properties", name):
            resource.setdefault("properties", {})[name] = value
    for path in kind.create_only:
        old = _at(before, path)
        if old is not None and _at(resource, path) is None:
            *parents, last = path.split(".")
            owner = resource
            for name in parents:
                owner = owner.setdefault(name, {})
            owner[last] = old


def _check_create_only(kind: ResourceType, change: Change) -> None:
    if change.before is None:
        return
    for path in kind.create_only:
        old, new = _at(change.before, path), _at(change.resource, path)
        if old != new and str(old).lower() != str(new).lower():
            raise change_not_allowed(path, old, new)


def _at(resource: JsonObject, path: str) -> Any:
    value: Any = resource
    for name in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def _settle_location(shapes: schema.Schema, kind: ResourceType, change: Change) -> None:
    if not shapes.has(kind.name, "location"):
        return
    before, wanted = (change.before or {}).get("location"), change.resource.get("location")
    if wanted is None:
        return
    location = locations.normalize(wanted, kind.name)
    if before is not None and before != location:
        raise CloudError(
            409,
            "InvalidResourceLocation",
            f"The resource '{change.address.name}' already exists in location '{before}'. A "
            f"resource with the same name cannot be created in location '{location}'.",
        )
    change.resource["location"] = location


def _settle_identity(context: Context, change: Change) -> None:
    """Give a system-assigned identity its principal, and check the user-assigned ones."""
    identity = change.resource.get("identity")
    if not identity:
        return
    before = (change.before or {}).get("identity") or {}
    kind = str(identity.get("type", ""))
    if "SystemAssigned" in kind:
        identity["principalId"] = before.get("principalId") or str(uuid.uuid4())
        identity["tenantId"] = TENANT_ID
    assigned = identity.get("userAssignedIdentities") or {}
    for resource_id in assigned:
        found = context.resources.referred(resource_id, _IDENTITY_TYPE, change.resource["id"])
        properties = found["properties"]
        assigned[resource_id] = {key: properties[key] for key in ("principalId", "clientId")}


def _system_data(before: JsonObject | None) -> JsonObject:
    now = datetime.now(UTC).isoformat()
    by = {"createdBy": CLIENT_ID, "createdByType": "Application", "createdAt": now}
    return {
        **(before or {}).get("systemData", by),
        "lastModifiedBy": CLIENT_ID,
        "lastModifiedByType": "Application",
        "lastModifiedAt": now,
    }
