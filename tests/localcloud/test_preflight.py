"""What a deployment to the local cloud shows of the project's preflight."""

from __future__ import annotations

import io
import json
import sys

import pytest
from rich.console import Console

from localcloud import preflight
from localcloud.errors import LocalCloudError

FINE = {"level": "ok", "subject": "region", "found": "westeurope", "command": ""}
LATE = {"level": "warning", "subject": "token", "found": "expires [soon]", "command": "pulumi up"}


def shown(monkeypatch: pytest.MonkeyPatch, text: str, code: int = 0) -> str:
    """What is printed when the preflight prints ``text`` and ends with ``code``."""
    script = f"import sys; print({text!r}); sys.exit({code})"
    monkeypatch.setattr(preflight, "COMMAND", (sys.executable, "-c", script))
    console = Console(file=io.StringIO(), width=200, highlight=False)
    preflight.examine(console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_only_what_is_not_ok_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, json.dumps([FINE, LATE])) == (
        "\nPreflight\n  1 of 2 checks ok\n  warning     token: expires [soon]; fix: pulumi up\n"
    )


def test_an_error_stops_the_deployment(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LocalCloudError, match="stack 'local' can't be deployed"):
        shown(monkeypatch, json.dumps([FINE]), code=1)


def test_a_preflight_that_breaks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LocalCloudError, match="preflight failed"):
        shown(monkeypatch, "no json", code=2)
