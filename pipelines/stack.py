"""Reads a deployed stack's outputs, from Pulumi or from a file that holds what it prints.

Secrets are never asked for: the contract has none.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from pipelines.errors import StackError
from stack_outputs import StackOutputs, StackOutputsError

PROJECT_DIRECTORY = Path(__file__).resolve().parent.parent
PULUMI_TIMEOUT_SECONDS = 120


def load_stack_outputs(*, stack: str | None, file: Path | None) -> StackOutputs:
    """The outputs in ``file`` if given, else those of ``stack`` (default: the selected one).

    Raises:
        StackError: there are none, or they are not what the pipelines need.
    """
    if file:
        text, label = _read(file), stack or file.stem
    else:
        label = stack or _pulumi("stack", "--show-name").strip()
        text = _pulumi("stack", "output", "--json", "--show-secrets=false", "--stack", label)
    try:
        outputs = json.loads(text)
    except ValueError as error:
        raise StackError(f"{file or 'pulumi stack output'}: not valid JSON: {error}") from None
    if not isinstance(outputs, dict):
        raise StackError(
            f"{file or 'pulumi stack output'}: expected a JSON object of output names to values, "
            f"got {type(outputs).__name__}"
        )
    try:
        return StackOutputs.from_mapping(outputs, stack=label)
    except StackOutputsError as error:
        raise StackError(str(error)) from None


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise StackError(
            f"--outputs {file}: {error}\n"
            f"Make it with: pulumi stack output --json --stack NAME > {file}"
        ) from None


def _pulumi(*arguments: str) -> str:
    command = shutil.which("pulumi")
    if command is None:
        raise StackError(
            "pulumi is not on PATH. Install it (https://www.pulumi.com/docs/install/), or give "
            "the stack's outputs with --outputs FILE"
        )
    try:
        done = subprocess.run(
            [command, *arguments, "--non-interactive"],
            cwd=PROJECT_DIRECTORY,
            capture_output=True,
            text=True,
            timeout=PULUMI_TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise StackError(
            f"pulumi {' '.join(arguments)}: no answer within {PULUMI_TIMEOUT_SECONDS} s"
        ) from None
    if done.returncode:
        raise StackError(f"pulumi {' '.join(arguments)}: {done.stderr.strip() or done.stdout}")
    return done.stdout
