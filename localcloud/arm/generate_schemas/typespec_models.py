"""Reads models of the TypeSpec kind: annotated ``rest_field`` attributes on each class."""

from __future__ import annotations

import datetime
import types
from collections.abc import MutableMapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from localcloud.arm.generate_schemas.models import Models, enum_values
from localcloud.arm.schema import Field

_SCALARS: dict[object, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    datetime.datetime: "string",
    datetime.timedelta: "string",
    Any: "any",
    object: "any",
}


def is_typespec(cls: type) -> bool:
    """Whether a class is a model of this kind."""
    return any(_is_rest_field(value) for owner in cls.__mro__ for value in vars(owner).values())


def read(module: types.ModuleType, name: str, models: Models) -> None:
    """Add a model and all it refers to."""
    cls = getattr(module, name)
    models.add(name, {})  # models refer to each other in circles
    fields: dict[str, Field] = {}
    for owner in reversed(cls.__mro__):
        own = {key: value for key, value in vars(owner).items() if _is_rest_field(value)}
        if not own:
            continue
        scope = {**vars(__import__(owner.__module__, fromlist=["_"])), "_models": module}
        hints = get_type_hints(owner, globalns=scope)
        for attribute, rest_field in own.items():
            wire = rest_field._rest_name_input or attribute
            if rest_field._visibility == ["read"]:
                fields[wire] = Field(type="any", read_only=True)
            else:
                fields[wire] = _field(module, hints[attribute], models)
    models.add(name, fields)


def _is_rest_field(value: object) -> bool:
    return hasattr(value, "_rest_name_input")


def _field(module: types.ModuleType, hint: object, models: Models) -> Field:
    options = _options(hint)
    values = next((values for each in options if (values := enum_values(each))), ())
    kinds = [each for each in options if each is not type(None)]
    return Field(
        type=_type(module, kinds[0], models),
        required=type(None) not in options,
        values=values,
    )


def _options(hint: object) -> tuple[object, ...]:
    return get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)


def _type(module: types.ModuleType, kind: object, models: Models) -> str:
    origin = get_origin(kind)
    if origin is Literal:
        return "string"
    if origin is list:
        return f"[{_field(module, get_args(kind)[0], models).type}]"
    if origin in (dict, MutableMapping):
        return f"{{{_field(module, get_args(kind)[1], models).type}}}"
    if kind in _SCALARS:
        return _SCALARS[kind]
    if enum_values(kind):
        return "string"
    if not isinstance(kind, type):
        raise TypeError(f"no rule for the annotation {kind!r}")
    if kind.__name__ not in models.by_name:
        read(module, kind.__name__, models)
    return kind.__name__
