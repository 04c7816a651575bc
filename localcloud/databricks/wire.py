"""Checks request bodies against the databricks-sdk, which is where their shapes are published.

A call's parameters are the keyword arguments of the SDK's method, its nested messages the SDK's
dataclasses. Nothing about a shape is written down here, so nothing can drift.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from inspect import Parameter, signature
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from localcloud.databricks.errors import invalid
from localcloud.errors import CloudError
from localcloud.store import JsonObject

_T = TypeVar("_T")

_NAMES = {str: "a string", int: "an integer", float: "a number", bool: "true or false"}


def check_body(call: Callable[..., object], body: JsonObject) -> JsonObject:
    """Check a body against the SDK method that would have sent it.

    Returns:
        The body without keys whose value is null: the same as if they were absent.

    Raises:
        CloudError: 400; names the key that is unknown, missing or of the wrong type.
    """
    known, required = _parameters(call)
    present: JsonObject = _without_nulls(body)
    _check_members(present, known, required, "")
    return present


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


@lru_cache
def _parameters(call: Callable[..., object]) -> tuple[dict[str, Any], frozenset[str]]:
    hints = get_type_hints(call)
    parameters = [p for p in signature(call).parameters.values() if p.name != "self"]
    known = {parameter.name: hints[parameter.name] for parameter in parameters}
    return known, frozenset(p.name for p in parameters if p.default is Parameter.empty)


@lru_cache
def _fields(message: type) -> tuple[dict[str, Any], frozenset[str]]:
    hints = get_type_hints(message)
    declared = fields(message)
    required = frozenset(
        f.name for f in declared if f.default is MISSING and f.default_factory is MISSING
    )
    return {field.name: hints[field.name] for field in declared}, required


def _check_members(
    body: JsonObject, known: dict[str, Any], required: frozenset[str], where: str
) -> None:
    for name in body:
        if name not in known:
            raise CloudError(
                400,
                "MALFORMED_REQUEST",
                f"Could not parse request object: unknown field {where}{name}",
            )
    for name in sorted(required):
        if body.get(name, "") == "":
            raise invalid(f"Missing required field: {where}{name}")
    for name, value in body.items():
        _check_value(value, known[name], f"{where}{name}")


def _check_value(value: object, hint: Any, where: str) -> None:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        _check_value(value, next(a for a in arguments if a is not type(None)), where)
    elif origin is list:
        for index, item in enumerate(_expect(value, list, "a list", where)):
            _check_value(item, arguments[0], f"{where}[{index}]")
    elif origin is dict:
        for key, item in _expect(value, dict, "an object", where).items():
            _check_value(item, arguments[1], f"{where}.{key}")
    elif is_dataclass(hint):
        known, required = _fields(hint)  # type: ignore[arg-type] # a class, never an instance
        _check_members(_expect(value, dict, "an object", where), known, required, f"{where}.")
    elif isinstance(hint, type) and issubclass(hint, Enum):
        allowed = [member.value for member in hint]
        if value not in allowed:
            raise invalid(f"{where}: {value!r} is not one of {', '.join(allowed)}")
    elif hint in _NAMES:
        _check_scalar(value, hint, where)


def _check_scalar(value: object, hint: type, where: str) -> None:
    accepted: tuple[type, ...] = (int, float) if hint is float else (hint,)
    is_wrong_bool = isinstance(value, bool) and hint is not bool
    if is_wrong_bool or not isinstance(value, accepted):
        raise invalid(f"{where}: expected {_NAMES[hint]}, got {value!r}")


def _expect(value: object, kind: type[_T], name: str, where: str) -> _T:
    if not isinstance(value, kind):
        raise invalid(f"{where}: expected {name}, got {value!r}")
    return value
