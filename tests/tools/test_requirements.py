"""The lock holds what the requirements ask for, with digests, and names no host."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.requirements import Requirement

PROJECT = Path(__file__).resolve().parents[2]
LOCK = (PROJECT / "requirements.lock").read_text()


def direct_requirements() -> list[Requirement]:
    lines = [
        line.partition("#")[0].strip()
        for name in ("requirements.txt", "requirements-dev.txt")
        for line in (PROJECT / name).read_text().splitlines()
    ]
    return [Requirement(line) for line in lines if line]


def locked_versions() -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+) \\$", LOCK, re.M))


def test_every_direct_requirement_is_locked_at_a_version_it_allows() -> None:
    locked = locked_versions()
    unmet = [
        str(wanted)
        for wanted in direct_requirements()
        if not wanted.specifier.contains(locked.get(wanted.name, "0"), prereleases=True)
        or wanted.name not in locked
    ]
    assert unmet == []


def test_every_locked_package_has_a_digest() -> None:
    blocks = re.split(r"^(?=\w)", LOCK, flags=re.M)[1:]
    assert len(blocks) == len(locked_versions())
    assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_no_file_names_a_registry() -> None:
    assert re.findall(r"https?://|--index|--find-links|--extra-index", LOCK) == []


def test_every_direct_requirement_has_a_reason_or_shares_the_one_above() -> None:
    """A block of requirements opens with a reason; lines without one belong to it."""
    for name in ("requirements.txt", "requirements-dev.txt"):
        blocks = re.split(r"^# ---.*$", (PROJECT / name).read_text(), flags=re.M)[1:]
        first_lines = [block.strip().splitlines()[0] for block in blocks]
        assert [line for line in first_lines if "#" not in line] == []
