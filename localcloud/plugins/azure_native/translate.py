"""A resource's inputs as an ARM request, and an ARM answer as outputs and inputs.

Pure: what a type looks like comes from its ResourceType, values go in and come out.
"""

from __future__ import annotations

import re

from localcloud.plugins.azure_native.resource_type import COMPUTED, ENVELOPE, ResourceType
from localcloud.plugins.properties import Properties, Value
from localcloud.plugins.provider import ProviderError


def resource_id(kind: ResourceType, inputs: Properties, subscription_id: str) -> str:
    """The ARM id that the inputs lead to.

    Raises:
        ProviderError: an input that is part of the id is missing.
    """
    missing = [name for name in kind.path_inputs if not inputs.get(name)]
    if missing:
        raise ProviderError(f"missing required properties: {', '.join(missing)}")
    texts = {name: str(inputs[name]).strip("/") for name in kind.path_inputs}
    return kind.path.format(subscriptionId=subscription_id, **texts)


def path_values(kind: ResourceType, arm_id: str) -> Properties:
    """The inputs that an ARM id tells.

    Raises:
        ProviderError: the id is not one of this type.
    """
    pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(kind.path))
    # These two may hold slashes.
    for name in ("scope", "blobName"):
        pattern = pattern.replace(f"(?P<{name}>[^/]+)", f"(?P<{name}>.+)")
    match = re.fullmatch(pattern, arm_id, re.IGNORECASE)
    if match is None:
        raise ProviderError(f"{arm_id!r} is no id of this type; expected {kind.path}")
    values: Properties = {
        name: f"/{match[name]}" if name == "scope" else match[name] for name in kind.path_inputs
    }
    return values


def request_body(kind: ResourceType, inputs: Properties) -> Properties:
    """The body of the PUT that makes or changes the resource."""
    elsewhere = {"id", *kind.path_inputs, *kind.query}
    fields = {key: _wrap(kind, key, value) for key, value in inputs.items() if key not in elsewhere}
    if isinstance(identity := fields.get("identity"), dict):
        fields["identity"] = _with_identities(identity)
    if not kind.flat:
        return fields
    body: Properties = {}
    properties: Properties = {}
    for key, value in fields.items():
        if key in ENVELOPE - kind.in_properties:
            body[key] = value
        else:
            properties[kind.wire_names.get(key, key)] = value
    return {**body, "properties": properties} if properties else body


def outputs(kind: ResourceType, answer: Properties, inputs: Properties) -> Properties:
    """What the program sees of an ARM answer.

    Args:
        kind: the resource's type.
        answer: the resource as ARM returns it.
        inputs: what the program asked for; kept properties that it did not are left out.
    """
    fields = {key: value for key, value in answer.items() if key != "id"}
    flat = kind.flat or kind.flat_answer
    if flat and isinstance(properties := fields.pop("properties", {}), dict):
        names = {wire: name for name, wire in kind.wire_names.items()}
        fields = {**{names.get(key, key): value for key, value in properties.items()}, **fields}
    silent = kind.kept - inputs.keys()
    seen = {
        key: _unwrap(kind, key, value)
        for key, value in fields.items()
        if key not in silent and value is not None
    }
    return {**seen, "azureApiVersion": kind.api_version}


def inputs_of(kind: ResourceType, seen: Properties) -> Properties:
    """The part of the outputs that a program could have asked for."""
    computed = kind.computed | COMPUTED
    asked = {
        key: _without(value, key, computed) for key, value in seen.items() if key not in computed
    }
    if isinstance(identity := asked.get("identity"), dict):
        identities = identity.get("userAssignedIdentities")
        if isinstance(identities, dict):
            listed: list[Value] = [*sorted(identities)]
            asked["identity"] = {**identity, "userAssignedIdentities": listed}
    return asked


def _with_identities(identity: Properties) -> Properties:
    """Programs list user-assigned identities; ARM wants a map from each to an empty object."""
    listed = identity.get("userAssignedIdentities")
    if not isinstance(listed, list):
        return identity
    mapped: Properties = {str(arm_id): {} for arm_id in listed}
    return {**identity, "userAssignedIdentities": mapped}


def _wrap(kind: ResourceType, name: str, value: Value) -> Value:
    if isinstance(value, list):
        return [_wrap(kind, name, item) for item in value]
    if not isinstance(value, dict):
        return value
    fields = {key: _wrap(kind, f"{name}.{key}", item) for key, item in value.items()}
    if name not in kind.nested:
        return fields
    beside = ENVELOPE | {"id"}
    outer = {key: item for key, item in fields.items() if key in beside}
    inner = {key: item for key, item in fields.items() if key not in beside}
    return {**outer, "properties": inner}


def _unwrap(kind: ResourceType, name: str, value: Value) -> Value:
    if isinstance(value, list):
        return [_unwrap(kind, name, item) for item in value]
    if not isinstance(value, dict):
        return value
    fields = dict(value)
    if name in kind.nested and isinstance(inner := fields.pop("properties", {}), dict):
        fields = {**inner, **fields}
    return {
        key: _unwrap(kind, f"{name}.{key}", item)
        for key, item in fields.items()
        if item is not None
    }


def _without(value: Value, name: str, computed: frozenset[str]) -> Value:
    if isinstance(value, list):
        return [_without(item, name, computed) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _without(item, f"{name}.{key}", computed)
        for key, item in value.items()
        if f"{name}.{key}" not in computed
    }
