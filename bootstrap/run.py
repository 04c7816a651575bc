"""One run of the bootstrap: find its state, show or make the changes, put its state away."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from pulumi import automation as auto
from pulumi.automation import EngineEvent, OpType
from pulumi.automation.errors import CommandError
from rich.console import Console

from bootstrap import azure
from bootstrap.program import declare
from bootstrap.result import Result
from bootstrap.settings import BootstrapError, Settings
from bootstrap.state import State

_WORDS = {
    OpType.CREATE: "create",
    OpType.UPDATE: "update",
    OpType.DELETE: "delete",
    OpType.REPLACE: "replace",
}
_NOT_RESOURCES = ("pulumi:", "dataopsml:")


def run(
    settings: Settings, console: Console, *, dry_run: bool, folder: Path | None = None
) -> Result | None:
    """Make it so; with ``dry_run`` only show it.

    Args:
        settings: what is wanted.
        console: where changes are shown.
        dry_run: change nothing at all.
        folder: where the state of a first run begins.

    Returns:
        What was made; None after a dry run.

    Raises:
        BootstrapError: Azure or Pulumi refused.
    """
    subscription_id = azure.subscription()
    state = State(
        settings,
        is_made=lambda: azure.container_exists(settings, subscription_id),
        folder=folder,
    )
    program = partial(declare, settings)
    shown = _Shown(console)
    try:
        if dry_run:
            with state.to_look_at(program) as stack:
                stack.preview(on_event=shown.planned)
            console.print(shown.summary("would change", "nothing would change"))
            return None
        stack = state.to_change(program)
        stack.up(on_event=shown.done)
        console.print(shown.summary("changed", "nothing changed"))
        result = _result(stack)
        moved_to = state.settle(stack, program)
        if moved_to:
            console.print(f"its own state is now in {moved_to}")
        return result
    except CommandError as error:
        raise BootstrapError(shown.reason(error)) from None


def _result(stack: auto.Stack) -> Result:
    return Result.model_validate({name: out.value for name, out in stack.outputs().items()})


class _Shown:
    """Shows each change and counts them."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._count = 0
        self._errors: list[str] = []

    def planned(self, event: EngineEvent) -> None:
        if event.resource_pre_event is not None:
            self._show(event.resource_pre_event.metadata)
        self._problem(event)

    def done(self, event: EngineEvent) -> None:
        if event.res_outputs_event is not None:
            self._show(event.res_outputs_event.metadata)
        self._problem(event)

    def summary(self, changed: str, nothing: str) -> str:
        return f"{self._count} {changed}" if self._count else nothing

    def reason(self, error: CommandError) -> str:
        """What the engine said of an error, else the last line of its output."""
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        said = [line.partition("error: ")[2] for line in lines if "error: " in line]
        return "\n".join(self._errors or said[-1:] or lines[-1:])

    def _show(self, step: auto.StepEventMetadata) -> None:
        if step.op in _WORDS and not step.type.startswith(_NOT_RESOURCES):
            self._count += 1
            kind, name = step.type.rsplit(":", 1)[-1], step.urn.rsplit("::", 1)[-1]
            self._console.print(f"  {_WORDS[step.op]:<8} {kind} {name}")

    def _problem(self, event: EngineEvent) -> None:
        found = event.diagnostic_event
        if found is not None and found.severity == "error" and found.message.strip():
            where = f"{found.urn.rsplit('::', 1)[-1]}: " if found.urn else ""
            self._errors.append(f"{where}{found.message.strip()}")
