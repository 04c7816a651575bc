"""What a person sees of an update: made from the engine's events, not from its text.

One line for each resource that changed, then the counts. Knows nothing of what is deployed.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from pulumi.automation import EngineEvent, OpType
from pulumi.automation.events import DiagnosticEvent, PolicyEvent, StepEventMetadata
from rich.console import Console
from rich.status import Status

_SHOWN = {
    OpType.CREATE: ("created", "green"),
    OpType.CREATE_REPLACEMENT: ("replaced", "magenta"),
    OpType.UPDATE: ("updated", "yellow"),
    OpType.DELETE: ("deleted", "red"),
    OpType.DELETE_REPLACED: ("deleted old", "red"),
    OpType.IMPORT: ("imported", "green"),
}
DEPLOYED = ("created", "updated", "unchanged")
DESTROYED = ("deleted",)
"""The words that a summary always has, even with a 0."""

_COMPONENTS = "dataopsml:"
_COLOUR = re.compile(r"<\{%[^}]*%\}>")
_ROUTINE = re.compile(r"using pulumi-(resource|analyzer-policy)-\S+ from \$PATH")


@dataclass
class Progress:
    """Collects the events of one update and shows them as they come."""

    console: Console
    verb: str
    counts: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    _started: dict[str, float] = field(default_factory=dict)
    _status: Status | None = None

    def __enter__(self) -> Progress:
        if self.console.is_terminal:
            self._status = self.console.status(f"{self.verb} ...")
            self._status.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        if self._status is not None:
            self._status.stop()

    def on_event(self, event: EngineEvent) -> None:
        """Take one event of the engine."""
        # When nobody reads its lines any more (`| head`) rich ends the program and is quiet from
        # then on. Here that would only end the thread that takes events, and the engine waits.
        with suppress(SystemExit):
            self._take(event)

    def _take(self, event: EngineEvent) -> None:
        if event.resource_pre_event is not None:
            self._begin(event.resource_pre_event.metadata)
        elif event.res_outputs_event is not None:
            self._finish(event.res_outputs_event.metadata)
        elif event.diagnostic_event is not None:
            self._diagnose(event.diagnostic_event)
        elif event.policy_event is not None:
            self._judge(event.policy_event)

    def _begin(self, step: StepEventMetadata) -> None:
        self._started[step.urn] = time.monotonic()
        if self._status is not None and step.op in _SHOWN:
            self._status.update(f"{self.verb}: {_short(step)}")

    def _finish(self, step: StepEventMetadata) -> None:
        if step.type.startswith((_COMPONENTS, "pulumi:")):
            return
        if step.op not in _SHOWN:
            if step.op == OpType.SAME:
                self.counts["unchanged"] += 1
            return
        word, style = _SHOWN[step.op]
        self.counts[word] += 1
        now = time.monotonic()
        seconds = now - self._started.get(step.urn, now)
        self.console.print(f"  [{style}]{word:<11}[/] {_short(step):<58} {seconds:5.1f} s")

    def _diagnose(self, diagnostic: DiagnosticEvent) -> None:
        text = _COLOUR.sub("", diagnostic.message).strip()
        if not text or _ROUTINE.search(text):
            return
        if diagnostic.severity == "error":
            self.errors.append(f"{_name(diagnostic.urn)}: {text}" if diagnostic.urn else text)
        elif diagnostic.severity == "warning":
            self.console.print(f"  [yellow]warning[/]     {text}")

    def _judge(self, broken: PolicyEvent) -> None:
        text = f"policy {broken.policy_name}: {' '.join(_COLOUR.sub('', broken.message).split())}"
        # The engine reports a violation again when it stops because of it.
        if broken.enforcement_level == "mandatory" and text not in self.errors:
            self.errors.append(text)

    def summary(self, always: tuple[str, ...]) -> str:
        """``24 created, 0 updated, 3 unchanged``: the words given, others if they occurred."""
        words = [*always, *(word for word in self.counts if word not in always)]
        return ", ".join(f"{self.counts[word]} {word}" for word in words)


def _name(urn: str | None) -> str:
    return (urn or "").rsplit("::", 1)[-1]


def _short(step: StepEventMetadata) -> str:
    kind = step.type.split(":")
    module = kind[1].split("/")[0] if len(kind) > 2 else ""  # pkg:module:type
    label = f"{module}.{kind[-1]}" if module not in ("", "index") else f"{kind[0]}.{kind[-1]}"
    return f"{label} {_name(step.urn)}"
