"""Property values as plugins see them, and their form on the wire between engine and plugin.

On the wire a secret, an asset and a value that is not known yet are ordinary values with an
agreed signature. Here they are types. Archives and resource references are not supported: no
resource of the two packages takes them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, TypeAlias

from google.protobuf.struct_pb2 import NULL_VALUE, ListValue, Struct
from google.protobuf.struct_pb2 import Value as WireValue

SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - marks secrets
ASSET_SIGNATURE: Final = "c44067f5952c0a294b673a41bacd8c17"
UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

Value: TypeAlias = (
    "bool | int | float | str | list[Value] | dict[str, Value] | Secret | Asset | Unknown | None"
)
Properties: TypeAlias = "dict[str, Value]"


class Unknown:
    """A value that only the deployment will tell; met in previews."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that the engine encrypts in its state and hides from what it prints."""

    value: Value = field(repr=False)


@dataclass(frozen=True)
class Asset:
    """Content given as a file, as text or by address. Equal when the content is."""

    hash: str
    kind: Literal["path", "text", "uri"] = field(compare=False)
    source: str = field(compare=False)

    def read(self) -> bytes:
        """The content.

        Raises:
            ValueError: the content is to be fetched from an address.
        """
        if self.kind == "text":
            return self.source.encode()
        if self.kind == "path":
            return Path(self.source).read_bytes()
        raise ValueError(f"content from {self.source} is not supported; use a FileAsset")


def decode(struct: Struct) -> Properties:
    """Properties as the engine sent them."""
    return {key: _decode(value) for key, value in struct.fields.items()}


def encode(properties: Properties) -> Struct:
    """Properties in the form that the engine reads."""
    return Struct(fields={key: _encode(value) for key, value in properties.items()})


def reveal(properties: Properties) -> Properties:
    """The properties with every secret in them unwrapped."""
    return {key: _reveal(value) for key, value in properties.items()}


def conceal(properties: Properties, model: Properties) -> Properties:
    """Mark as secret what is secret at the same place in ``model``."""
    return {key: _conceal(value, model.get(key)) for key, value in properties.items()}


def _reveal(value: Value) -> Value:
    if isinstance(value, Secret):
        return _reveal(value.value)
    if isinstance(value, dict):
        return reveal(value)
    if isinstance(value, list):
        return [_reveal(item) for item in value]
    return value


def _conceal(value: Value, model: Value) -> Value:
    if isinstance(model, Secret) and not isinstance(value, Secret):
        return Secret(value)
    if isinstance(value, dict) and isinstance(model, dict):
        return conceal(value, model)
    if isinstance(value, list) and isinstance(model, list):
        shared = [_conceal(item, model[index]) for index, item in enumerate(value[: len(model)])]
        return shared + value[len(model) :]
    return value


def _decode(value: WireValue) -> Value:
    match value.WhichOneof("kind"):
        case "bool_value":
            return bool(value.bool_value)
        case "number_value":
            number = float(value.number_value)
            return int(number) if number.is_integer() else number
        case "string_value":
            return UNKNOWN if value.string_value == UNKNOWN_TEXT else str(value.string_value)
        case "list_value":
            return [_decode(item) for item in value.list_value.values]
        case "struct_value":
            return _decode_struct(value.struct_value)
    return None


def _decode_struct(struct: Struct) -> Value:
    values = decode(struct)
    match values.pop(SIGNATURE_KEY, None):
        case None:
            return values
        case signature if signature == SECRET_SIGNATURE:
            return Secret(values.get("value"))
        case signature if signature == ASSET_SIGNATURE:
            return _decode_asset(values)
    raise ValueError("archives and resource references are not supported as property values")


def _decode_asset(values: Properties) -> Asset:
    kinds: tuple[Literal["path", "text", "uri"], ...] = ("path", "text", "uri")
    for kind in kinds:
        if values.get(kind):
            return Asset(str(values.get("hash", "")), kind, str(values[kind]))
    return Asset(str(values.get("hash", "")), "text", "")


def _encode(value: Value) -> WireValue:
    match value:
        case list():
            return WireValue(list_value=ListValue(values=[_encode(item) for item in value]))
        case dict():
            return WireValue(struct_value=encode(value))
        case Secret():
            return _signed(SECRET_SIGNATURE, {"value": value.value})
        case Asset():
            return _signed(ASSET_SIGNATURE, {"hash": value.hash, value.kind: value.source})
        case _:
            return _encode_scalar(value)


def _encode_scalar(value: bool | int | float | str | Unknown | None) -> WireValue:
    match value:
        case None:
            return WireValue(null_value=NULL_VALUE)
        case bool():
            return WireValue(bool_value=value)
        case str():
            return WireValue(string_value=value)
        case Unknown():
            return WireValue(string_value=UNKNOWN_TEXT)
        case _:
            return WireValue(number_value=value)


def _signed(signature: str, values: Properties) -> WireValue:
    return WireValue(struct_value=encode({SIGNATURE_KEY: signature, **values}))
