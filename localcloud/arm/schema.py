"""Shapes of resources: what a request body may hold, checked before anything else.

The shapes are read from ``schemas/*.json``, which :mod:`localcloud.arm.generate_schemas` makes
from the vendors' own models. Knows types, required and read-only marks and known values; rules
that need more than one field or the state of the cloud live with the resource type.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from localcloud.store import JsonObject

FOLDER = Path(__file__).parent / "schemas"

_SCALARS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """One property of a model.

    Attributes:
        type: ``string``, ``boolean``, ``integer``, ``number``, ``any``, a model's name, or one
            of these in ``[]`` (array) or ``{}`` (map).
        required: a request must hold it.
        read_only: the server sets it; in a request it is ignored.
        values: the known values of a string, compared without regard to case.
    """

    type: str
    required: bool = False
    read_only: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Model:
    """An object: its fields, or, if ``discriminator`` names one, models by that field's value."""

    fields: Mapping[str, Field]
    discriminator: str = ""
    variants: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Schema:
    """The models of one provider namespace, and the ones its resource types use by method."""

    source: str
    roots: Mapping[str, Mapping[str, str]]
    models: Mapping[str, Model]

    def clean(self, type_name: str, method: str, body: JsonObject) -> tuple[JsonObject, list[str]]:
        """The body without read-only properties, and what is wrong with it, one line each.

        A PATCH is checked against its own model or, where the API shares one, against that of
        PUT with nothing required.
        """
        roots = self.roots[type_name.lower()]
        problems: list[str] = []
        check = _Check(self.models, required=method == "PUT", problems=problems)
        root = roots["put"] if method == "PUT" else roots.get("patch", roots["put"])
        return check.shape(root, body, ""), problems

    def has(self, type_name: str, *path: str) -> bool:
        """Whether the type's model has a property, given by the names that lead to it."""
        return self._find(type_name, path) is not None

    def read_only(self, type_name: str, *path: str) -> bool:
        """Whether the type's model has this property and only the server sets it."""
        found = self._find(type_name, path)
        return found is not None and found.read_only

    def _find(self, type_name: str, path: tuple[str, ...]) -> Field | None:
        names = [self.roots[type_name.lower()]["put"]]
        found: list[Field] = []
        for wire in path:
            variants = [v for name in names for v in self.models[name].variants.values()]
            owners = [self.models[name] for name in (*names, *variants)]
            found = [model.fields[wire] for model in owners if wire in model.fields]
            names = [each.type for each in found if each.type in self.models]
        return found[0] if found else None


@dataclass(frozen=True)
class _Check:
    models: Mapping[str, Model]
    required: bool
    problems: list[str]

    def shape(self, name: str, value: JsonObject, path: str) -> JsonObject:
        model = self._model(name, value, path)
        by_lower = {field.lower(): field for field in model.fields} if model else {}
        cleaned: JsonObject = {}
        for key, item in value.items():
            wire = by_lower.get(key.lower())
            if model is None:
                break
            if wire is None:
                known = ", ".join(sorted(n for n, f in model.fields.items() if not f.read_only))
                self.problems.append(f"unknown property '{path}{key}'; known here: {known}")
            elif not model.fields[wire].read_only and item is not None:
                cleaned[wire] = self.value(model.fields[wire], item, f"{path}{wire}")
        if model and self.required:
            for wire, field in model.fields.items():
                if field.required and wire not in cleaned:
                    self.problems.append(f"required property '{path}{wire}' is missing")
        return cleaned

    def _model(self, name: str, value: JsonObject, path: str) -> Model | None:
        model = self.models[name]
        if not model.discriminator:
            return model
        wanted = str(value.get(model.discriminator, ""))
        by_lower = {key.lower(): variant for key, variant in model.variants.items()}
        if wanted.lower() not in by_lower:
            known = ", ".join(sorted(model.variants))
            self.problems.append(
                f"property '{path}{model.discriminator}' is {wanted!r}; supported: {known}"
            )
            return None
        return self.models[by_lower[wanted.lower()]]

    def value(self, field: Field, value: object, path: str) -> Any:
        kind = field.type
        if kind == "any":
            return value
        if kind[0] in "[{":
            return self._container(field, value, path)
        if kind in _SCALARS:
            return self._scalar(field, value, path)
        if not isinstance(value, dict):
            self._mistyped(path, "an object", value)
            return value
        return self.shape(kind, value, f"{path}.")

    def _container(self, field: Field, value: object, path: str) -> object:
        item = Field(type=field.type[1:-1], values=field.values)
        if field.type[0] == "[":
            if isinstance(value, list):
                return [self.value(item, each, f"{path}[{i}]") for i, each in enumerate(value)]
            self._mistyped(path, "an array", value)
        elif isinstance(value, dict):
            return {key: self.value(item, each, f"{path}.{key}") for key, each in value.items()}
        else:
            self._mistyped(path, "an object", value)
        return value

    def _scalar(self, field: Field, value: object, path: str) -> object:
        right = isinstance(value, _SCALARS[field.type])
        if not right or (isinstance(value, bool) and field.type != "boolean"):
            article = "an" if field.type == "integer" else "a"
            self._mistyped(path, f"{article} {field.type}", value)
            return value
        if field.values:
            by_lower = {known.lower(): known for known in field.values}
            if str(value).lower() not in by_lower:
                known = ", ".join(field.values)
                self.problems.append(f"property '{path}' is {value!r}; allowed: {known}")
            return by_lower.get(str(value).lower(), value)
        return value

    def _mistyped(self, path: str, wanted: str, value: object) -> None:
        self.problems.append(f"property '{path}' must be {wanted}, not {json.dumps(value)[:40]}")


@cache
def load(namespace: str) -> Schema:
    """The schema of a provider namespace, e.g. ``Microsoft.Storage``."""
    raw = json.loads((FOLDER / f"{namespace.lower()}.json").read_text())
    return Schema(
        source=raw["source"],
        roots=raw["roots"],
        models={name: _model(model) for name, model in raw["models"].items()},
    )


def _model(raw: JsonObject) -> Model:
    fields = {
        name: Field(
            type=field["type"],
            required=field.get("required", False),
            read_only=field.get("readOnly", False),
            values=tuple(field.get("values", ())),
        )
        for name, field in raw.get("fields", {}).items()
    }
    variants = cast("dict[str, str]", raw.get("variants", {}))
    return Model(fields=fields, discriminator=raw.get("discriminator", ""), variants=variants)
