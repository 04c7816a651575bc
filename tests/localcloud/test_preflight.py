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


def test_an_error_stops_the_deployment_and_is_what_is_said_of_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken = {"level": "error", "subject": "vault", "found": "is taken", "command": "another name"}
    with pytest.raises(LocalCloudError) as refusal:
        shown(monkeypatch, json.dumps([FINE, taken]), code=1)
    assert str(refusal.value) == (
        "stack 'local' can't be deployed:\n  vault: is taken; fix: another name"
    )


def test_checks_that_one_reason_kept_from_being_made_share_a_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = [
        {"level": "not checked", "subject": name, "found": "no login", "command": ""}
        for name in ("region", "names")
    ]
    assert shown(monkeypatch, json.dumps(kept)) == (
        "\nPreflight\n  0 of 2 checks ok\n  not checked region, names: no login\n"
    )


def test_a_preflight_that_breaks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LocalCloudError, match="preflight failed"):
        shown(monkeypatch, "no json", code=2)
