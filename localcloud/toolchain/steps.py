"""The two concepts of the set-up: a step, and the work that a step does.

A :class:`Step` says what is there already and makes it when it is not. :class:`Work` is what
a step gets to make something: it runs commands, retries them, tells the person what happens,
and ends them when the set-up is cancelled. This module knows no component.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from localcloud.errors import LocalCloudError
from localcloud.toolchain.cache import cache_folder

ATTEMPTS = 3
RETRY_WAIT_SECONDS = 3.0

Command = Sequence[str | Path]

_TELLING = re.compile(
    r"\b(\w*error|failed|failure|refused|not found|denied|unable|timed out|no space)\b", re.I
)
_NPM_PREFIX = re.compile(r"^npm (error|ERR!)\s*")  # on every line, and so telling nothing


class ToolchainError(LocalCloudError):
    """A real component is missing or unusable.

    Attributes:
        problem: what is wrong, in one line.
        remedy: the command or action that helps.
    """

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(f"{problem}. What helps: {remedy}" if remedy else problem)
        self.problem = problem
        self.remedy = remedy


class CommandError(ToolchainError):
    """A command that a step ran ended badly; all it printed is in the step's log."""


class CancelledError(ToolchainError):
    """The set-up was interrupted; whatever was under way is made anew next time."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One component of the toolchain.

    Attributes:
        name: what people call it; also the name of its lock and its log.
        find: describes what is there, or gives None when it has to be made. Quick. Raises
            ToolchainError when it is missing and no step can make it.
        make: makes it. Raises ToolchainError; leaves nothing that ``find`` takes for done.
        doing: what making it means, for the person who waits.
        remedy: what helps when making it fails and the error itself doesn't say.
    """

    name: str
    find: Callable[[], str | None]
    make: Callable[[Work], None] | None = None
    doing: str = ""
    remedy: str = ""


class Work:
    """What one step may do while it makes its component."""

    def __init__(
        self,
        name: str,
        say: Callable[[str], None],
        note: Callable[[str], None],
        cancelled: threading.Event,
    ) -> None:
        """Work of the step ``name``.

        Args:
            name: the step's; its log is named after it.
            say: tells what is under way now.
            note: tells what is worth keeping on the screen.
            cancelled: set when the whole set-up is interrupted.
        """
        self.say = say
        self.note = note
        self.log = cache_folder() / "logs" / f"{name}.log"
        self._cancelled = cancelled
        self._guard = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def run(
        self,
        command: Command,
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        timeout_seconds: float | None = None,
    ) -> str:
        """Run a command to its end and return what it printed.

        Args:
            command: program and arguments.
            env: variables set on top of this process's own.
            cwd: folder to run in.
            timeout_seconds: after this long the command and its children are killed.

        Raises:
            CommandError: it could not start, ended with another code than 0, or took too long.
            CancelledError: the set-up was interrupted.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("wb") as output:
            try:
                code = self._start(command, env or {}, cwd, output).wait(timeout_seconds)
            except OSError as error:
                raise CommandError(f"{command[0]} does not start: {error.strerror}") from error
            except subprocess.TimeoutExpired as expired:
                raise CommandError(f"no end after {expired.timeout:.0f} s") from expired
            finally:
                self.end_command()
        self._check_cancelled()
        text = self.log.read_text(errors="replace")
        if code != 0:
            raise CommandError(telling_line(text) or f"exit code {code}")
        return text

    def retry(self, action: Callable[[], object]) -> None:
        """Do something that needs the network; try again after a while when it fails."""
        # Imported here: a set-up with nothing to do saves 0.1 s.
        from tenacity import (
            RetryCallState,
            Retrying,
            retry_if_exception_type,
            stop_after_attempt,
            wait_exponential,
        )

        def announce(state: RetryCallState) -> None:
            self.say(f"failed, trying again ({state.attempt_number + 1} of {ATTEMPTS})")

        Retrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_exponential(multiplier=RETRY_WAIT_SECONDS),
            retry=retry_if_exception_type(CommandError),
            sleep=self.pause,
            before_sleep=announce,
            reraise=True,
        )(action)

    def pause(self, seconds: float) -> None:
        """Sleep; raises CancelledError as soon as the set-up is interrupted."""
        self._cancelled.wait(seconds)
        self._check_cancelled()

    def end_command(self) -> None:
        """Kill the command under way, if any, with all its children."""
        with self._guard:
            child = self._child
            if child is not None and child.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(child.pid, signal.SIGKILL)
                child.wait()

    def _check_cancelled(self) -> None:
        if self._cancelled.is_set():
            raise CancelledError("interrupted")

    def _start(
        self,
        command: Command,
        env: Mapping[str, str],
        cwd: Path | None,
        output: IO[bytes],
    ) -> subprocess.Popen[bytes]:
        with self._guard:
            self._check_cancelled()
            self._child = subprocess.Popen(
                [str(part) for part in command],
                env={**os.environ, **env},
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a group of its own, to be ended with its children
            )
            return self._child


def telling_line(output: str) -> str:
    """The line of a command's output that says best what went wrong; may be empty."""
    lines = [_NPM_PREFIX.sub("", line.strip()) for line in output.splitlines()]
    lines = [line for line in lines if line]
    telling = [line for line in lines if _TELLING.search(line)]
    return (telling or lines or [""])[-1]


def probe(*command: str | Path, env: Mapping[str, str] | None = None) -> str | None:
    """What a quick command prints, or None when it can't be run or ends with an error."""
    try:
        return subprocess.run(
            [str(part) for part in command],
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=30,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
