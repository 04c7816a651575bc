"""What people see: results as short tables, a running pipeline as one moving line.

Results go to standard output, progress to standard error, so that either can be redirected.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, timedelta

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipelines.results import Preview, Published, Run, RunState

STATE_STYLE = {
    RunState.FINISHED: "bold green",
    RunState.FAILED: "bold red",
    RunState.CANCELED: "bold yellow",
}
FIRST_POLL_SECONDS = 0.5
LONGEST_POLL_SECONDS = 10.0
POLL_GROWTH = 1.2


def show_json(value: object) -> None:
    print(json.dumps(value, indent=2, default=_to_json))  # noqa: T201 (it is for programs)


def show_published(published: Published) -> None:
    _show(
        ("Pipeline", f"{published.name} [dim]{published.id}[/]"),
        ("Version", f"{published.version} [dim]{'new' if published.is_new else 'unchanged'}[/]"),
        ("Endpoint", escape(published.endpoint_url)),
    )


def show_run(run: Run) -> None:
    """The run's state, times and links, and where it stands with its output."""
    style = STATE_STYLE.get(run.state, "bold")
    duration = (
        f" [dim]after {_elapsed(run.ended - run.started)}[/]" if run.started and run.ended else ""
    )
    rows = [
        ("Run", f"{run.pipeline} [dim]{run.id}[/]"),
        ("State", f"[{style}]{run.state}[/]{duration}"),
        ("Started", _local_time(run.started)),
        ("Ended", _local_time(run.ended)),
        ("Portal", escape(run.portal_url)),
    ]
    if run.report:
        rows.append(
            (
                "Rows",
                f"{run.report.rows_in} in, {run.report.rows_dropped} dropped, "
                f"{run.report.rows_out} out",
            )
        )
    if run.output:
        rows.append(("Output", escape(run.output.url)))
        rows.append(("", f"[dim]datastore {run.output.datastore}, path {run.output.path}[/]"))
    _show(*rows)


def show_failure(run: Run) -> None:
    """Why a run failed, with the notebook's own words last."""
    if run.failure is None:
        return
    console = Console(stderr=True)
    step = f"step {run.failure.step}: " if run.failure.step else ""
    console.print(f"\n[bold red]Failed[/] {escape(step + run.failure.reason)}", soft_wrap=True)
    if run.failure.log:
        console.print(f"\n{escape(run.failure.log)}", style="dim", soft_wrap=True)


def show_preview(preview: Preview) -> None:
    table = Table(*preview.columns, header_style="bold", box=None, pad_edge=False)
    for column in table.columns:
        column.justify = "right"
    for row in preview.rows:
        table.add_row(*(str(value) for value in row))
    Console().print(table)


def working(action: str) -> AbstractContextManager[object]:
    """Shows on a terminal that ``action`` is under way; nowhere else."""
    return Console(stderr=True).status(f"{action}...")


def follow(run_id: str, read_state: Callable[[], RunState]) -> RunState:
    """Ask for the state until it is final: a moving line on a terminal, else one per change."""
    console = Console(stderr=True)
    started = time.monotonic()
    pause_seconds = FIRST_POLL_SECONDS
    shown: RunState | None = None
    with console.status(f"run {run_id}") as status:
        while True:
            state = read_state()
            elapsed = _elapsed(timedelta(seconds=time.monotonic() - started))
            status.update(f"{state} [dim]{elapsed}  run {run_id}[/]")
            if state is not shown and not console.is_terminal:
                console.print(f"{elapsed} {state}", highlight=False)
            shown = state
            if state.is_final:
                return state
            time.sleep(pause_seconds)
            pause_seconds = min(pause_seconds * POLL_GROWTH, LONGEST_POLL_SECONDS)


def show_error(message: str) -> None:
    Console(stderr=True).print(
        f"[bold red]error:[/] {escape(message)}", soft_wrap=True, highlight=False
    )


def _show(*rows: tuple[str, str]) -> None:
    console = Console()
    for label, value in rows:
        console.print(f"[bold]{label:<9}[/]{value}", soft_wrap=True, highlight=False)


def _elapsed(duration: timedelta) -> str:
    seconds = round(duration.total_seconds())
    return f"{seconds // 60}:{seconds % 60:02d}"


def _local_time(moment: datetime | None) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z") if moment else "-"


def _to_json(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value.isoformat() if isinstance(value, date) else str(value)
