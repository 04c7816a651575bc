"""One thing that does not fit, and where to change it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PROJECT_DIRECTORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, kw_only=True, order=True)
class Problem:
    """What is wrong, and the file and line (from 1) to change."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


def shown(file: Path) -> str:
    """The file as a person at the project's root would type it."""
    try:
        return str(file.resolve().relative_to(PROJECT_DIRECTORY))
    except ValueError:
        return str(file)
