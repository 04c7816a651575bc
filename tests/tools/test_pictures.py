"""Every picture of the docs is drawn from the text beside it, as that is now."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
SOURCES = sorted((DOCS / "img").glob("*.d2"))


def test_there_are_pictures_and_each_is_shown_somewhere() -> None:
    shown = "".join(page.read_text() for page in DOCS.glob("*.md"))
    assert SOURCES != []
    assert [source.name for source in SOURCES if f"img/{source.stem}.svg" not in shown] == []


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_picture_is_of_its_text_as_it_is_now(source: Path) -> None:
    drawn = source.with_suffix(".svg").read_text()
    mark = re.search(r"<!-- drawn from ([0-9a-f]{64}) -->\n\Z", drawn)
    assert mark is not None
    assert mark[1] == hashlib.sha256(source.read_bytes()).hexdigest(), "make pictures"
    assert "<svg" in drawn
