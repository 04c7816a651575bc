"""The Pulumi engine on one stack: what it would change, what it changed, why it failed.

Drives plain ``pulumi`` through the Automation API, with the program and the stack file as they
are in the project, and reads the engine's events: its text is for people's eyes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pulumi import automation as auto
from pulumi.automation import EngineEvent, OpType
from pulumi.automation.errors import (
    CommandError,
    ConcurrentUpdateError,
    StackNotFoundError,
)
from pulumi.automation.events import StepEventMetadata

from deploy.errors import DeployError

_WORDS = {
    OpType.CREATE: "create",
    OpType.UPDATE: "update",
    OpType.DELETE: "delete",
    OpType.REPLACE: "replace",
    OpType.IMPORT: "import",
}
"""What people call a step. The halves of a replacement are left out: the whole is named."""

_NOT_RESOURCES = ("pulumi:", "dataopsml:")
"""Stack, providers and components: they hold nothing in the cloud."""

_COLOUR = re.compile(r"<\{%[^}]*%\}>|\x1b\[[0-9;]*m")


@dataclass(frozen=True, kw_only=True, order=True)
class Change:
    """One resource that is not as declared.

    Attributes:
        operation: create, update, delete, replace or import.
        type: Pulumi's type token.
        name: the resource's name in the program.
        properties: names of the properties that differ, if the provider tells.
    """

    operation: str
    type: str
    name: str
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What an update did, or would do."""

    changes: tuple[Change, ...]
    unchanged: int

    def summary(self) -> str:
        """``3 create, 1 update, 20 unchanged``."""
        words = [change.operation for change in self.changes]
        counts = [f"{words.count(word)} {word}" for word in dict.fromkeys(words)]
        return ", ".join([*counts, f"{self.unchanged} unchanged"])


class EngineError(DeployError):
    """The engine failed. Attributes: changes: what it had done by then."""

    def __init__(self, reason: str, changes: Changes) -> None:
        super().__init__(reason)
        self.changes = changes


@dataclass
class _Listener:
    """Collects one operation's events."""

    steps: dict[str, Change] = field(default_factory=dict)
    unchanged: int = 0
    errors: list[str] = field(default_factory=list)

    def planned(self, event: EngineEvent) -> None:
        """Take an event of a preview: a step counts when it is announced."""
        if event.resource_pre_event is not None:
            self._step(event.resource_pre_event.metadata)
        self._problem(event)

    def done(self, event: EngineEvent) -> None:
        """Take an event of an update: a step counts when it has ended well."""
        if event.res_outputs_event is not None:
            self._step(event.res_outputs_event.metadata)
        self._problem(event)

    def changes(self) -> Changes:
        return Changes(changes=tuple(sorted(self.steps.values())), unchanged=self.unchanged)

    def _step(self, step: StepEventMetadata) -> None:
        if step.type.startswith(_NOT_RESOURCES):
            return
        if step.op == OpType.SAME:
            self.unchanged += 1
        elif step.op in _WORDS:
            self.steps[step.urn] = Change(
                operation=_WORDS[step.op],
                type=step.type,
                name=_name(step.urn),
                properties=tuple(sorted(step.diffs or ())),
            )

    def _problem(self, event: EngineEvent) -> None:
        if event.diagnostic_event is not None and event.diagnostic_event.severity == "error":
            text = _COLOUR.sub("", event.diagnostic_event.message).strip()
            urn = event.diagnostic_event.urn
            if text:
                self.errors.append(f"{_name(urn)}: {text}" if urn else text)
        elif event.policy_event is not None and event.policy_event.enforcement_level == "mandatory":
            policy = event.policy_event
            where = f" ({_name(policy.resource_urn)})" if policy.resource_urn else ""
            message = _COLOUR.sub("", policy.message).strip()
            self.errors.append(f"policy {policy.policy_name}{where}: {message}")


class Engine:
    """One stack of the project.

    Args:
        stack: its name.
        project_dir: folder of ``Pulumi.yaml``.
        policy_packs: folders of the policies that every change has to pass.
    """

    def __init__(self, stack: str, project_dir: Path, policy_packs: tuple[Path, ...]) -> None:
        self.stack = stack
        self._project_dir = project_dir
        self._policies = [str(pack) for pack in policy_packs] or None

    def up(self) -> Changes:
        """Make the cloud what the program declares.

        Raises:
            EngineError: it failed; holds what was done.
            DeployError: there is no such stack, or another update runs.
        """
        listener = _Listener()
        with self._selected(listener) as stack:
            stack.up(
                on_event=listener.done,
                policy_packs=self._policies,
                show_secrets=False,
                on_output=_log,
                on_error=_log,
            )
        return listener.changes()

    def preview(self, *, refresh: bool = False) -> Changes:
        """What ``up`` would change. Writes nothing, the stack's lock included.

        Args:
            refresh: compare with the cloud as it is, and not as the state remembers it.

        Raises:
            EngineError: the program or a policy refuses.
            DeployError: there is no such stack.
        """
        listener = _Listener()
        with self._selected(listener) as stack:
            stack.preview(
                on_event=listener.planned,
                policy_packs=self._policies,
                refresh=refresh or None,
                on_output=_log,
                on_error=_log,
            )
        return listener.changes()

    def outputs(self) -> dict[str, object]:
        """The stack's outputs; secret ones are masked."""
        with self._selected(_Listener()) as stack:
            return {
                name: "[secret]" if output.secret else output.value
                for name, output in stack.outputs().items()
            }

    @contextmanager
    def _selected(self, listener: _Listener) -> Iterator[auto.Stack]:
        try:
            yield auto.select_stack(stack_name=self.stack, work_dir=str(self._project_dir))
        except StackNotFoundError:
            raise DeployError(
                f"there is no stack {self.stack!r} in the state storage. Make it once: "
                f"pulumi stack init {self.stack} (docs/deploying.md)"
            ) from None
        except ConcurrentUpdateError:
            raise EngineError(
                f"stack {self.stack!r} is locked: another update runs, or one was killed. If none "
                f"runs: pulumi cancel --stack {self.stack}",
                listener.changes(),
            ) from None
        except CommandError as error:
            reasons = list(dict.fromkeys(listener.errors)) or [_last_error(str(error))]
            raise EngineError("\n".join(reasons), listener.changes()) from None


def _log(text: str) -> None:
    sys.stderr.write(f"{text.rstrip()}\n")
    sys.stderr.flush()


def _name(urn: str | None) -> str:
    return (urn or "").rsplit("::", 1)[-1]


def _last_error(text: str) -> str:
    lines = [_COLOUR.sub("", line).strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error:")]
    return (errors or lines or ["no reason given"])[-1]
