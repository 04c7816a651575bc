"""Asks the Pulumi command line. Changes nothing: no secret is decrypted unless a setting is one."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

PROJECT_DIR = Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 60


class PulumiError(Exception):
    """Pulumi refused or is not there; the message is one line."""


def pulumi(*arguments: str) -> str:
    """What ``pulumi ARGUMENTS`` prints.

    Raises:
        PulumiError: it is not installed, failed or took too long.
    """
    command = shutil.which("pulumi")
    if command is None:
        raise PulumiError("pulumi is not on PATH")
    try:
        done = subprocess.run(
            [command, *arguments, "--non-interactive"],
            cwd=PROJECT_DIR,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        what = " ".join(arguments)
        raise PulumiError(f"pulumi {what}: no answer within {TIMEOUT_SECONDS} s") from None
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        reason = next((line for line in lines if line.startswith("error:")), *lines[-1:])
        raise PulumiError(reason.removeprefix("error:").strip())
    return done.stdout


def pulumi_json(*arguments: str) -> Any:
    """What it prints, parsed.

    Raises:
        PulumiError: also if it is not JSON.
    """
    text = pulumi(*arguments)
    try:
        return json.loads(text)
    except ValueError:
        raise PulumiError(f"pulumi {' '.join(arguments)} printed no JSON") from None
