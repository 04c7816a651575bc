"""Values travel between engine and plugin without losing what they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct

from localcloud.plugins.properties import (
    UNKNOWN,
    Asset,
    Properties,
    Secret,
    conceal,
    decode,
    encode,
    reveal,
)

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
UNKNOWN_ON_THE_WIRE = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

VALUES: Properties = {
    "none": None,
    "yes": True,
    "days": 30,
    "ratio": 0.5,
    "name": "st",
    "later": UNKNOWN,
    "key": Secret({"value": "k", "number": 1}),
    "file": Asset("abc", "path", "data.csv"),
    "list": [1, Secret("x"), {"deep": UNKNOWN}],
}
ON_THE_WIRE = {
    "none": None,
    "yes": True,
    "days": 30.0,
    "ratio": 0.5,
    "name": "st",
    "later": UNKNOWN_ON_THE_WIRE,
    "key": {SIGNATURE: SECRET, "value": {"value": "k", "number": 1.0}},
    "file": {SIGNATURE: ASSET, "hash": "abc", "path": "data.csv"},
    "list": [1.0, {SIGNATURE: SECRET, "value": "x"}, {"deep": UNKNOWN_ON_THE_WIRE}],
}


def test_values_have_the_engines_form_on_the_wire() -> None:
    assert MessageToDict(encode(VALUES)) == ON_THE_WIRE


def test_the_engines_form_is_read_back_as_the_same_values() -> None:
    assert decode(ParseDict(ON_THE_WIRE, Struct())) == VALUES


def test_whole_numbers_are_read_as_integers_as_apis_want_them() -> None:
    days = decode(ParseDict({"days": 30}, Struct()))["days"]
    assert (days, type(days)) == (30, int)


def test_archives_are_refused() -> None:
    struct = ParseDict({"code": {SIGNATURE: ARCHIVE, "path": "x.zip"}}, Struct())
    with pytest.raises(ValueError, match="archives and resource references are not supported"):
        decode(struct)


def test_assets_are_equal_when_their_content_is() -> None:
    assert Asset("abc", "path", "one.csv") == Asset("abc", "text", "other")
    assert Asset("abc", "path", "one.csv") != Asset("abd", "path", "one.csv")


def test_an_asset_reads_its_file_or_text(tmp_path: Path) -> None:
    file = tmp_path / "data.csv"
    file.write_bytes(b"a,b\r\n")
    assert Asset("", "path", str(file)).read() == b"a,b\r\n"
    assert Asset("", "text", "käse").read() == "käse".encode()
    with pytest.raises(ValueError, match="content from https://x/y is not supported"):
        Asset("", "uri", "https://x/y").read()


def test_revealed_values_hold_no_secret_marks() -> None:
    values: Properties = {"a": Secret({"b": Secret("x")}), "c": [Secret(1), 2]}
    assert reveal(values) == {"a": {"b": "x"}, "c": [1, 2]}


def test_an_output_is_secret_where_its_input_is() -> None:
    inputs: Properties = {
        "key": Secret("k"),
        "nested": {"token": Secret("t"), "url": "u"},
        "list": [Secret("one"), "two"],
    }
    outputs: Properties = {
        "key": "k",
        "nested": {"token": "t", "url": "u", "state": "ok"},
        "list": ["one", "two", "three"],
        "id": 1,
    }
    assert conceal(outputs, inputs) == {
        "key": Secret("k"),
        "nested": {"token": Secret("t"), "url": "u", "state": "ok"},
        "list": [Secret("one"), "two", "three"],
        "id": 1,
    }


def test_a_secret_does_not_show_its_value_when_printed() -> None:
    assert "hunter2" not in repr(Secret("hunter2"))
