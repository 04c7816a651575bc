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
    told = [each for each in findings if each["level"] != "ok"]
    console.print(
        f"\n[bold]Preflight[/]\n  {len(findings) - len(told)} of {len(findings)} checks ok"
    )
    for each in told:
        fix = f"; fix: {each['command']}" if each["command"] else ""
        line = f"  {each['level']:<11} {each['subject']}: {each['found']}{fix}"
        console.print(line, markup=False)
    if done.returncode != 0:
        raise LocalCloudError(f"stack {STACK!r} can't be deployed: see the preflight above")
