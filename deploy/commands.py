"""Runs the project's commands as a person would: what they print is seen as it comes."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PROJECT_DIR = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, kw_only=True)
class Finished:
    """A command that has ended.

    Attributes:
        command: as one would type it.
        code: its exit code.
        stdout: what it printed as result.
        stderr: what it said beside that.
    """

    command: str
    code: int
    stdout: str
    stderr: str


def python(*arguments: str) -> Finished:
    """Run ``python ARGUMENTS`` in the project; both outputs also go to our standard error.

    Our own standard output stays free for what the calling command has to say.
    """
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=PROJECT_DIR,
        # Nothing reads a table in a log as well as a wide one.
        env={**os.environ, "COLUMNS": os.environ.get("COLUMNS", "160")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        with ThreadPoolExecutor(max_workers=2) as readers:
            stdout = readers.submit(_echo, process.stdout)
            stderr = readers.submit(_echo, process.stderr)
        code = process.wait()
    return Finished(
        command=" ".join(["python", *arguments]),
        code=code,
        stdout=stdout.result(),
        stderr=stderr.result(),
    )


def last_lines(text: str, count: int) -> str:
    """The end of what a command said: where the reason of a failure is."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    return "\n".join(lines[-count:])


def _echo(stream: IO[str] | None) -> str:
    seen = []
    for line in stream or ():
        sys.stderr.write(line)
        sys.stderr.flush()
        seen.append(line)
    return "".join(seen)
