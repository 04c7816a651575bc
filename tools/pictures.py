"""Draws the pictures of ``docs/img`` from their text: ``make pictures``.

``NAME.d2`` becomes ``NAME.svg``. The drawer, d2, is a Go module that is built once into the cache
folder. A picture says of which text it is, so that a test needs no drawer to see an old one.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tools.go_tool import built  # noqa: E402

IMAGES = PROJECT / "docs" / "img"
MARK = re.compile(r"<!-- drawn from ([0-9a-f]{64}) -->\n\Z")
STYLE = ("--layout", "dagre", "--pad", "20", "--theme", "0", "--omit-version")


def main() -> int:
    """Draw those that are not up to date; 0 when all are."""
    for source in sorted(IMAGES.glob("*.d2")):
        picture = source.with_suffix(".svg")
        if not is_current(source, picture):
            drawer = built("d2", "oss.terrastruct.com/d2")
            if drawer is None:
                return 1
            subprocess.run([drawer, *STYLE, source, picture], check=True)
            picture.chmod(0o644)  # d2 makes it the owner's alone
            with picture.open("a", encoding="utf-8") as drawn:
                drawn.write(f"\n<!-- drawn from {digest(source)} -->\n")
    return 0


def is_current(source: Path, picture: Path) -> bool:
    """Whether a picture was drawn from the text as it is now."""
    if not picture.is_file():
        return False
    mark = MARK.search(picture.read_text(encoding="utf-8"))
    return mark is not None and mark[1] == digest(source)


def digest(source: Path) -> str:
    """What the picture says of its text."""
    return hashlib.sha256(source.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
