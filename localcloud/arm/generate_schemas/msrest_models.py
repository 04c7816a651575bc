"""Reads models of the msrest kind: ``_attribute_map`` and ``_validation`` on each class."""

from __future__ import annotations

import inspect
import re
from types import ModuleType

from localcloud.arm.generate_schemas.models import Models, enum_values
from localcloud.arm.schema import Field

_SCALARS = {
    "str": "string",
    "bool": "boolean",
    "int": "integer",
    "long": "integer",
    "float": "number",
    "iso-8601": "string",
    "rfc-1123": "string",
    "duration": "string",
    "date": "string",
    "time": "string",
    "bytearray": "string",
    "base64": "string",
    "object": "any",
}


def is_msrest(cls: type) -> bool:
    """Whether a class is a model of this kind."""
    return hasattr(cls, "_attribute_map")


def read(module: ModuleType, name: str, models: Models) -> None:
    """Add a model and all it refers to."""
    cls = getattr(module, name)
    if getattr(cls, "_subtype_map", None):
        raise NotImplementedError(f"{name} has subtypes; no resource type here needed that so far")
    models.add(name, {})  # models refer to each other in circles
    annotations = {
        parameter.name: str(parameter.annotation)
        for parameter in inspect.signature(cls.__init__).parameters.values()
    }
    fields: dict[tuple[str, ...], Field] = {}
    for attribute, entry in cls._attribute_map.items():
        rules = cls._validation.get(attribute, {})
        path = tuple(re.split(r"(?<!\\)\.", entry["key"]))
        path = tuple(part.replace("\\.", ".") for part in path)
        if rules.get("readonly"):
            fields[path] = Field(type="any", read_only=True)
            continue
        fields[path] = Field(
            type=_type(module, entry["type"], models),
            required=bool(rules.get("required")),
            values=_values(module, annotations.get(attribute, "")),
        )
    models.nest(name, fields)


def _type(module: ModuleType, text: str, models: Models) -> str:
    if text[0] in "[{":
        return text[0] + _type(module, text[1:-1], models) + text[-1]
    if text in _SCALARS:
        return _SCALARS[text]
    if text not in models.by_name:
        read(module, text, models)
    return text


def _values(module: ModuleType, annotation: str) -> tuple[str, ...]:
    for name in re.findall(r"_models\.(\w+)", annotation):
        values = enum_values(getattr(module, name))
        if values:
            return values
    return ()
