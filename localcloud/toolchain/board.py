"""What the person sees of a set-up: one line for each step, in colour or in a plain log.

On a terminal, steps under way are shown live with their seconds; elsewhere they get a line
when they start and another now and then, so that a log shows they are alive.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

HEARTBEAT_SECONDS = 15.0

_NAME_WIDTH = 11


@dataclass
class _Activity:
    text: str
    started: float
    last_line: float


class Board:
    """The lines of one set-up. Safe to use from the threads of several steps."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._active: dict[str, _Activity] = {}
        self._guard = threading.RLock()

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show steps under way while inside."""
        live = Live(self, console=self._console, transient=True, refresh_per_second=4)
        with live if self._console.is_terminal else nullcontext():
            yield

    def doing(self, name: str, text: str) -> None:
        """A step is under way, and this is what it does now."""
        now = time.monotonic()
        with self._guard:
            before = self._active.get(name)
            if before and before.text == text:
                return
            self._active[name] = _Activity(text, before.started if before else now, now)
            if not self._console.is_terminal:
                self._print("...", "yellow", name, text)

    def note(self, name: str, text: str) -> None:
        """Something worth knowing that stops nothing."""
        self._print("note", "cyan", name, text)

    def done(self, name: str, text: str) -> None:
        """A step is done."""
        self._end("ok", "green", name, text)

    def failed(self, name: str, problem: str, remedy: str) -> None:
        """A step failed."""
        self._end("fail", "red", name, problem)
        if remedy:
            self._print("", "", "", remedy)

    def heartbeat(self) -> None:
        """In a plain log, say which steps are still under way if that was long ago."""
        now = time.monotonic()
        with self._guard:
            for name, activity in self._active.items():
                silent_seconds = now - activity.last_line
                if not self._console.is_terminal and silent_seconds >= HEARTBEAT_SECONDS:
                    activity.last_line = now
                    self._print("...", "yellow", name, _timed(activity, now))

    def __rich__(self) -> Group:
        now = time.monotonic()
        with self._guard:
            return Group(
                *(
                    _line("...", "yellow", name, _timed(activity, now))
                    for name, activity in self._active.items()
                )
            )

    def _end(self, mark: str, style: str, name: str, text: str) -> None:
        with self._guard:
            self._active.pop(name, None)
            self._print(mark, style, name, text)

    def _print(self, mark: str, style: str, name: str, text: str) -> None:
        self._console.print(_line(mark, style, name, text), soft_wrap=True)


def _timed(activity: _Activity, now: float) -> str:
    return f"{activity.text} ({now - activity.started:.0f} s)"


def _line(mark: str, style: str, name: str, text: str) -> Text:
    return Text.assemble((f"{mark:<5}", style), (f"{name:<{_NAME_WIDTH}}", "bold"), text)
