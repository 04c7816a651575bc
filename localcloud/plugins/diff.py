"""What changed between two sets of inputs, and whether the resource must be replaced for it.

Compares revealed inputs only and asks no cloud, so that an update without changes is quick.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from localcloud.plugins.properties import UNKNOWN, Properties, Value

_PLAIN_KEY = re.compile(r"[A-Za-z_$][\w$-]*")
Path = tuple[str | int, ...]


class Change(Enum):
    """What happened to one value."""

    ADD = "add"
    DELETE = "delete"
    UPDATE = "update"


@dataclass(frozen=True)
class Diff:
    """Changes of one resource.

    Attributes:
        changes: what happened, by property path (``subnets[0].name``).
        replaces: the paths among them that the cloud can't change in place.
        delete_first: the replacement would have the same id, so the old one must go first.
    """

    changes: dict[str, Change]
    replaces: frozenset[str] = frozenset()
    delete_first: bool = False


def compare(
    old: Properties,
    new: Properties,
    *,
    create_only: frozenset[str] = frozenset(),
    identity: frozenset[str] = frozenset(),
) -> Diff:
    """Compare two sets of revealed inputs.

    Args:
        old: inputs of the resource as it was last deployed.
        new: inputs that the program asks for now.
        create_only: dotted names of inputs that only a replacement can change. List positions
            are left out: ``subnets.name`` stands for the name of any subnet.
        identity: top-level inputs that make up the resource's id; none where the cloud gives it.
    """
    found = list(_changes(old, new, ()))
    replaces = {path for path, _ in found if _is_under(path, create_only | identity)}
    renamed = any(str(path[0]) in identity for path in replaces)
    return Diff(
        changes={_text(path): change for path, change in found},
        replaces=frozenset(_text(path) for path in replaces),
        delete_first=bool(replaces) and bool(identity) and not renamed,
    )


def _changes(old: Value, new: Value, path: Path) -> Iterator[tuple[Path, Change]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from _changes(old.get(key), new.get(key), (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            old_item = old[index] if index < len(old) else None
            new_item = new[index] if index < len(new) else None
            yield from _changes(old_item, new_item, (*path, index))
    elif new is UNKNOWN or not _same(old, new, path):
        yield path, _kind(old, new)


def _same(old: Value, new: Value, path: Path) -> bool:
    if path == ("location",) and isinstance(old, str) and isinstance(new, str):
        return canonical_location(old) == canonical_location(new)
    return old == new


def canonical_location(location: str) -> str:
    """``West Europe`` and ``westeurope`` are one region to Azure."""
    return location.replace(" ", "").lower()


def _kind(old: Value, new: Value) -> Change:
    if old is None:
        return Change.ADD
    return Change.DELETE if new is None else Change.UPDATE


def _is_under(path: Path, names: frozenset[str]) -> bool:
    keys = [str(step) for step in path if isinstance(step, str)]
    return any(".".join(keys[: count + 1]) in names for count in range(len(keys)))


def _text(path: Path) -> str:
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            text += f".{step}" if text else step
        else:
            escaped = step.replace('"', '\\"')
            text += f'["{escaped}"]'
    return text
