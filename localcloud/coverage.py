"""Writes the table of what the servers do and how sure that is, from the marks in their code.

    python -m localcloud.coverage > docs/localcloud-coverage.md

A mark is the part of a docstring that begins with ``Fidelity:``. Reads source, imports nothing.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from localcloud.home import PROJECT_DIR

SERVERS = ("arm", "azureml", "databricks")
_MARK = "Fidelity:"
_HEAD = """# What localcloud does, and how sure that is

Made from the marks in the code by `python -m localcloud.coverage`; do not edit. *Verified* names
the public source; *assumed* was not compared with the cloud. What is not here does not exist here:
an unknown route answers 501, an unknown resource type or property is refused.
"""


@dataclass(frozen=True)
class Marked:
    """One marked function or class: where it is, what it does, and the mark."""

    place: str
    purpose: str
    mark: str


def marked(server: str) -> Iterator[Marked]:
    """Everything that is marked in one server's package, in order of files and lines."""
    for path in sorted((PROJECT_DIR / "localcloud" / server).rglob("*.py")):
        place = path.relative_to(PROJECT_DIR / "localcloud" / server).with_suffix("")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                text = ast.get_docstring(node) or ""
                before, separator, mark = text.partition(_MARK)
                if separator:
                    lines = before.strip().splitlines() or [node.name.replace("_", " ")]
                    yield Marked(f"{place}.{node.name}", lines[0], " ".join(mark.split()))


def table() -> str:
    """The whole page, Markdown."""
    parts = [_HEAD]
    for server in SERVERS:
        rows = [f"| `{row.place}` | {row.purpose} | {row.mark} |" for row in marked(server)]
        parts.append(
            "\n".join([f"## {server}", "| where | what | how sure |", "|---|---|---|", *rows, ""])
        )
    return "\n".join(parts)


if __name__ == "__main__":
    sys.stdout.write(table())
