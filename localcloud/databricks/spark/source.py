"""Databricks source format: a notebook's text, and the cells in it.

Knows the format only; running a cell is the business of :mod:`.notebook`.

verified: docs.databricks.com, "Import and export Databricks notebooks".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

COMMENTS = {"PYTHON": "#", "SQL": "--", "SCALA": "//", "R": "#"}
"""How a line comment begins in each notebook language; the format is made of comments."""

HEADER = "Databricks notebook source"
_SEPARATOR = "COMMAND ----------"
_MAGIC = re.compile(r"\s*%(?P<name>\w+)[ \t]*")


@dataclass(frozen=True)
class Cell:
    """One cell.

    Attributes:
        number: its place in the notebook, counted from 1.
        magic: the language or command it is for: ``python``, ``sql``, ``md``, ``run``, ...
        text: what is to be run, the magic's name taken off.
    """

    number: int
    magic: str
    text: str


def header(language: str) -> str:
    """The first line of a notebook in this language."""
    return f"{COMMENTS[language]} {HEADER}"


def parse_cells(source: str, language: str) -> list[Cell]:
    """The cells that are not empty, in order.

    Args:
        source: the notebook's text; its first line is :func:`header`.
        language: the notebook's own language, e.g. ``PYTHON``.
    """
    comment = COMMENTS[language]
    lines = source.splitlines()
    if lines and lines[0].strip() == header(language):
        del lines[0]
    cells: list[list[str]] = [[]]
    for line in lines:
        if line.strip() == f"{comment} {_SEPARATOR}":
            cells.append([])
        else:
            cells[-1].append(line)
    parsed = (_parse_cell(number, cell, language) for number, cell in enumerate(cells, start=1))
    return [cell for cell in parsed if cell.text.strip()]


def _parse_cell(number: int, lines: list[str], language: str) -> Cell:
    comment = COMMENTS[language]
    body = [line for line in lines if not line.startswith(f"{comment} DBTITLE ")]
    while body and not body[0].strip():
        del body[0]
    while body and not body[-1].strip():
        del body[-1]
    prefix = f"{comment} MAGIC"
    text = "\n".join(
        line.removeprefix(prefix).removeprefix(" ") if line.startswith(prefix) else line
        for line in body
    )
    magic = _MAGIC.match(text) if body and body[0].startswith(prefix) else None
    if magic is None:
        return Cell(number, language.lower(), text)
    return Cell(number, magic["name"], text[magic.end() :].lstrip("\n"))
