"""What a sequence of steps came to, and that as Markdown for a person.

A step that fails ends its sequence; the report then says which one, why, and what to do.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from deploy.errors import DeployError
from deploy.remedies import remedy_for

REASON_LIMIT_CHARACTERS = 6000
"""Of a failure's reason in a summary, from its end; the log has all of it."""


class StoppedError(Exception):
    """A step of the sequence failed: the report has it, the rest is not to be done."""


@dataclass
class StepReport:
    """One step: what it is called, how long it took, what it came to."""

    name: str
    seconds: float = 0.0
    failed: bool = False
    detail: str = ""
    """What came of it, in a few words."""


@dataclass(frozen=True, kw_only=True)
class Failure:
    """The step that failed, why, and what to do about it."""

    step: str
    reason: str
    remedy: str


@dataclass
class Report:
    """A sequence of steps under way, or at its end.

    Attributes:
        title: what is done, e.g. ``Deploy``.
        stack: to which stack.
        steps: those that were begun, in order.
        sections: Markdown that follows the table of steps.
        failure: set when a step failed.
    """

    title: str
    stack: str
    steps: list[StepReport] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    failure: Failure | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[StepReport]:
        """Do one step; its ``detail`` can be set inside.

        Raises:
            StoppedError: the step raised a DeployError, which the report now explains.
        """
        step = StepReport(name)
        self.steps.append(step)
        started = time.monotonic()
        try:
            yield step
        except DeployError as error:
            step.failed = True
            self.failure = Failure(
                step=name,
                reason=str(error),
                remedy=remedy_for(name, str(error), stack=self.stack),
            )
            raise StoppedError from None
        finally:
            step.seconds = time.monotonic() - started

    def markdown(self) -> str:
        """The report as GitHub shows it in a job's summary."""
        parts = [f"## {self.title} `{self.stack}`"]
        if self.failure is not None:
            parts.append(_failure(self.failure))
        rows = [
            (step.name, "failed" if step.failed else "done", _duration(step.seconds), step.detail)
            for step in self.steps
        ]
        parts.append(table(("Step", "", "Time", ""), rows))
        return "\n\n".join([*parts, *self.sections]) + "\n"


def table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table. Cells may hold Markdown, but neither bars nor line ends."""
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def code_block(text: str) -> str:
    """Text exactly as it is, whatever it holds."""
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}text\n{text}\n{fence}"


def _failure(failure: Failure) -> str:
    reason = failure.reason[-REASON_LIMIT_CHARACTERS:]
    return (
        f"**Step `{failure.step}` failed.**\n\n{code_block(reason)}\n\n"
        f"**What to do:** {failure.remedy}"
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _duration(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
