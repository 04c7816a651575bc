"""The models under construction, and what all readers share."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum

from localcloud.arm.schema import Field, Model
from localcloud.store import JsonObject


@dataclass
class Models:
    """Models by name, filled by a reader as it meets them."""

    by_name: dict[str, Model] = field(default_factory=dict)

    def add(self, name: str, fields: dict[str, Field]) -> None:
        """Add an object's model."""
        self.by_name[name] = Model(fields=fields, variants={})

    def merge_answer(self, request: str, answer: str) -> None:
        """What only the answer's model has becomes read-only in the request's model."""
        fields = dict(self.by_name[request].fields)
        for name, only in self.by_name[answer].fields.items():
            ours = fields.get(name)
            if ours is None:
                fields[name] = Field(type="any", read_only=True)
            elif {ours.type, only.type} <= set(self.by_name) and ours.type != only.type:
                self.merge_answer(ours.type, only.type)
        self.add(request, fields)

    def nest(self, name: str, fields: dict[tuple[str, ...], Field]) -> None:
        """Add a model whose fields are given by path: the way back from flattened names."""
        own: dict[str, Field] = {}
        inner: dict[str, dict[tuple[str, ...], Field]] = {}
        for path, each in fields.items():
            if len(path) == 1:
                own[path[0]] = each
            else:
                inner.setdefault(path[0], {})[path[1:]] = each
        for key, nested in inner.items():
            nested_name = f"{name}.{key}"
            required = any(each.required for each in nested.values())
            own[key] = Field(type=nested_name, required=required)
            self.nest(nested_name, nested)
        self.add(name, own)

    def reachable(self, roots: set[str]) -> dict[str, JsonObject]:
        """The models that roots lead to, as JSON."""
        found: dict[str, JsonObject] = {}
        waiting = set(roots)
        while waiting:
            name = waiting.pop()
            model = self.by_name[name]
            found[name] = _as_json(model)
            types = {each.type.strip("[]{}") for each in model.fields.values()}
            waiting |= (types | set(model.variants.values())) & set(self.by_name) - set(found)
        return found


def enum_values(kind: object) -> tuple[str, ...]:
    """The values of an enumeration; nothing for any other type."""
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(str(member.value) for member in kind)
    return ()


def optional(each: Field) -> Field:
    """The same field, not required."""
    return replace(each, required=False)


def _as_json(model: Model) -> JsonObject:
    if model.discriminator:
        return {"discriminator": model.discriminator, "variants": dict(model.variants)}
    return {"fields": {name: _field_as_json(each) for name, each in model.fields.items()}}


def _field_as_json(each: Field) -> JsonObject:
    raw: JsonObject = {"type": each.type}
    if each.required:
        raw["required"] = True
    if each.read_only:
        raw["readOnly"] = True
    if each.values:
        raw["values"] = list(each.values)
    return raw
