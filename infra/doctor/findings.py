"""What a check found: plain values, and how they look on a terminal and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One line of the report."""

    level: Level
    subject: str
    """What was looked at, in two or three words."""
    found: str
    """One line."""
    command: str = ""
    """What helps, ready to paste; empty if nothing has to be done."""

    def __str__(self) -> str:
        fix = f"; fix: {self.command}" if self.command else ""
        return f"{self.level:<12}{self.subject:<24}{self.found}{fix}"


def ok(subject: str, found: str) -> Finding:
    """Nothing to do."""
    return Finding(level=Level.OK, subject=subject, found=found)


def warning(subject: str, found: str, command: str = "") -> Finding:
    """The deployment goes through, but something will be missed or will fail later."""
    return Finding(level=Level.WARNING, subject=subject, found=found, command=command)


def error(subject: str, found: str, command: str = "") -> Finding:
    """The deployment would fail."""
    return Finding(level=Level.ERROR, subject=subject, found=found, command=command)


def not_checked(subject: str, because: str) -> Finding:
    """What the check needs is not there; another finding says why."""
    return Finding(level=Level.NOT_CHECKED, subject=subject, found=because)


def is_fatal(findings: Iterable[Finding]) -> bool:
    """Whether a deployment would fail."""
    return any(finding.level is Level.ERROR for finding in findings)


def as_json(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """For programs: the fields of each finding, under their own names."""
    return [asdict(finding) for finding in findings]
