"""Child processes that never outlive this one, however it ends.

Linux sends a child its parent-death signal when the *thread* that started it ends, so every
child is started from one thread that lives as long as the process.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawn")


def spawn(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str],
    log: Path,
    stdin: int | IO[bytes] = subprocess.DEVNULL,
    stdout: int | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own; it is killed when this process ends.

    Args:
        command: program and arguments.
        environment: the child's whole environment.
        log: its standard error, and its standard output unless ``stdout`` says otherwise, are
            appended there.
        stdin: as for :class:`subprocess.Popen`.
        stdout: as for :class:`subprocess.Popen`; None means the log.
        cwd: working directory; None means this process's.
    """
    parent = os.getpid()

    def die_with_parent() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)

    def start() -> subprocess.Popen[bytes]:
        with log.open("ab") as file:
            return subprocess.Popen(
                [str(part) for part in command],
                env=dict(environment),
                stdin=stdin,
                stdout=file if stdout is None else stdout,
                stderr=file,
                cwd=cwd,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - only system calls, no locks
            )

    return _spawner.submit(start).result()


def end(process: subprocess.Popen[bytes], *, grace_seconds: float = 5) -> None:
    """End a child and its process group: ask first, kill after the grace. Safe to repeat."""
    _signal_group(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=grace_seconds)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def tail(log: Path, lines: int = 5) -> str:
    """The last lines of a log, for an error message; empty if there is none."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
