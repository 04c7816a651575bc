"""The schemas in the repository are those of the installed vendor models."""

from __future__ import annotations

from localcloud.arm.generate_schemas.__main__ import generate
from localcloud.arm.generate_schemas.sources import SOURCES
from localcloud.arm.registry import TYPES
from localcloud.arm.schema import FOLDER


def test_generating_again_changes_nothing() -> None:
    assert generate() == {path.name: path.read_text() for path in FOLDER.glob("*.json")}


def test_every_resource_type_has_a_schema() -> None:
    assert {source.type_name for source in SOURCES} == {kind.name for kind in TYPES}
