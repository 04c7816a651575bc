"""Reads the typed argument classes of pulumi-azure-native.

They flatten a resource's ``properties``; the few names that stay outside are known.
"""

from __future__ import annotations

import re
import types
from collections.abc import Awaitable, Mapping, Sequence
from importlib import import_module
from typing import Any, Union, get_args, get_origin, get_type_hints

import pulumi

from localcloud.arm.generate_schemas.models import Models, enum_values
from localcloud.arm.generate_schemas.sources import SUPPORTED_VARIANTS
from localcloud.arm.schema import Field, Model

_OUTSIDE_PROPERTIES = frozenset({"location", "tags", "identity", "sku", "kind", "properties"})
_READ_ONLY_OUTSIDE = ("id", "name", "type", "systemData")
_SCALARS: dict[object, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    Any: "any",
}


def is_pulumi(cls: type) -> bool:
    """Whether a class is a resource of this kind."""
    return issubclass(cls, pulumi.CustomResource)


def read(module: types.ModuleType, name: str, models: Models, excluded: tuple[str, ...]) -> None:
    """Add a resource's model and all it refers to."""
    resource = getattr(module, name)
    inputs = import_module(f"{module.__name__}._inputs")
    args = getattr(import_module(resource.__module__), f"{name}Args")
    fields: dict[tuple[str, ...], Field] = {}
    for wire, each in _fields(inputs, args, models, excluded).items():
        fields[_path(wire)] = each
    for wire in _READ_ONLY_OUTSIDE:
        fields[(wire,)] = Field(type="any", read_only=True)
    for wire in _getters(resource):
        if _path(wire) not in fields and wire not in ("id", "urn", "azureApiVersion"):
            fields[_path(wire)] = Field(type="any", read_only=True)
    models.nest(name, fields)


def _path(wire: str) -> tuple[str, ...]:
    return (wire,) if wire in {*_OUTSIDE_PROPERTIES, *_READ_ONLY_OUTSIDE} else ("properties", wire)


def _getters(cls: type) -> dict[str, tuple[str, types.FunctionType]]:
    """Wire name to (Python name, getter)."""
    found = {}
    for python_name, value in vars(cls).items():
        if isinstance(value, property) and isinstance(value.fget, types.FunctionType):
            wire = getattr(value.fget, "_pulumi_name", python_name)
            found[wire] = (python_name, value.fget)
    return found


def _fields(
    inputs: types.ModuleType, args: type, models: Models, excluded: tuple[str, ...]
) -> dict[str, Field]:
    fields = {}
    for wire, (python_name, getter) in _getters(args).items():
        if python_name in excluded:
            continue
        scope = {**vars(pulumi.output), **vars(inputs)}
        hint = get_type_hints(getter, globalns=scope)["return"]
        options = _options(hint)
        fields[wire] = Field(
            type=_type(inputs, options, models, f"{args.__name__}.{wire}"),
            required=type(None) not in options,
            values=next((values for each in options if (values := enum_values(each))), ()),
        )
    if "userAssignedIdentities" in fields:
        # Pulumi takes a list of ids; on the wire it is a map with the ids as keys
        fields["userAssignedIdentities"] = Field(type="{any}")
    return fields


def _options(hint: object) -> list[object]:
    """The plain types that an ``Input[...]`` stands for."""
    if get_origin(hint) in (Union, types.UnionType):
        return [each for part in get_args(hint) for each in _options(part)]
    return [] if get_origin(hint) in (Awaitable, pulumi.Output) else [hint]


def _type(inputs: types.ModuleType, options: list[object], models: Models, where: str) -> str:
    kinds = [each for each in options if each is not type(None) and not enum_values(each)]
    classes = [each for each in kinds if _is_args(each)]
    if len(classes) > 1:
        return _variants(inputs, classes, models, where)
    if not kinds:
        return "string"
    kind = kinds[0]
    origin = get_origin(kind)
    if origin is Sequence:
        return f"[{_type(inputs, _options(get_args(kind)[0]), models, where)}]"
    if origin is Mapping:
        return f"{{{_type(inputs, _options(get_args(kind)[1]), models, where)}}}"
    if kind in _SCALARS:
        return _SCALARS[kind]
    return _read_args(inputs, classes[0], models)


def _is_args(kind: object) -> bool:
    return isinstance(kind, type) and kind.__name__.endswith("Args")


def _read_args(inputs: types.ModuleType, args: Any, models: Models) -> str:
    name = str(args.__name__).removesuffix("Args")
    if name not in models.by_name:
        models.add(name, {})  # models refer to each other in circles
        models.add(name, _answered(inputs, name) | _fields(inputs, args, models, ()))
    return name


def _answered(inputs: types.ModuleType, name: str) -> dict[str, Field]:
    """The properties of an answer, read-only as far as a request does not have them too."""
    outputs = import_module(inputs.__name__.removesuffix("_inputs") + "outputs")
    response = getattr(outputs, f"{name}Response", object)
    return {wire: Field(type="any", read_only=True) for wire in _getters(response)}


def _variants(inputs: types.ModuleType, classes: list[Any], models: Models, where: str) -> str:
    """A model that stands for one of several, told apart by a constant field."""
    variants = {}
    discriminator = ""
    for args in classes:
        for wire, (_, getter) in _getters(args).items():
            constant = re.search(r"Expected value is '(\w+)'", getter.__doc__ or "")
            if constant and constant[1] in SUPPORTED_VARIANTS:
                discriminator = wire
                variants[constant[1]] = _read_args(inputs, args, models)
    models.by_name[where] = Model(fields={}, discriminator=discriminator, variants=variants)
    return where
