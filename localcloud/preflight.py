"""Runs the project's own preflight, ``python -m infra.doctor``, before a deployment.

Shows only what is not as it should be.
"""

from __future__ import annotations

import json
import subprocess
import sys

from rich.console import Console

from localcloud.errors import LocalCloudError
from localcloud.home import PROJECT_DIR, STACK

# What a destroyed stack left in an emulator holds nothing, so its names can be freed unasked.
COMMAND = (sys.executable, "-m", "infra.doctor", "--stack", STACK, "--purge", "--json")


def examine(console: Console) -> None:
    """Let it look. The environment must be the local cloud's, and the stack must exist.

    Raises:
        LocalCloudError: the deployment would fail.
    """
    with console.status("preflight ..."):
        done = subprocess.run(COMMAND, cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    try:
        findings = json.loads(done.stdout)
    except ValueError:
        raise LocalCloudError(f"preflight failed: {done.stderr.strip()}") from None
    errors = [each for each in findings if each["level"] == "error"]
    others = [each for each in findings if each["level"] not in ("ok", "error")]
    good = len(findings) - len(errors) - len(others)
    console.print(f"\n[bold]Preflight[/]\n  {good} of {len(findings)} checks ok")
    alike: dict[tuple[str, str, str], list[str]] = {}
    for each in others:  # one reason may keep many checks from being made
        alike.setdefault((each["level"], each["found"], each["command"]), []).append(
            each["subject"]
        )
    for (level, found, command), subjects in alike.items():
        console.print(f"  {level:<11} {_said(', '.join(subjects), found, command)}", markup=False)
    if done.returncode != 0:
        reasons = [_said(each["subject"], each["found"], each["command"]) for each in errors]
        raise LocalCloudError("\n  ".join([f"stack {STACK!r} can't be deployed:", *reasons]))


def _said(subject: str, found: str, command: str) -> str:
    return f"{subject}: {found}" + (f"; fix: {command}" if command else "")
