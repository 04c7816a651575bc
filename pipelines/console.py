"""What people see: results as short tables, a running pipeline as one moving line.

Results go to standard output, progress to standard error, so that either can be redirected.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipelines.masking import mask
from pipelines.results import Download, Preview, Published, Run, RunState, RunSummary, Version

STATE_STYLE = {
    RunState.FINISHED: "bold green",
    RunState.FAILED: "bold red",
    RunState.CANCELED: "bold yellow",
}
HEARTBEAT_SECONDS = 60.0
COLUMN_GAP = 2
CELL_CHARACTERS = 10


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
    rows = [
        ("Run", f"{run.pipeline} [dim]{run.id}[/]"),
        ("State", f"[{style}]{run.state}[/][dim]{_took(run.started, run.ended)}[/]"),
        ("Started", _local_time(run.started)),
        ("Ended", _local_time(run.ended)),
        ("Portal", escape(run.portal_url)),
    ]
    rows += [
        ("Step", f"{step.name} [dim]{step.state}{_took(step.started, step.ended)}[/]")
        for step in run.steps
    ]
    if run.report:
        quarantined = run.report.rows_quarantined
        rows.append(
            (
                "Rows",
                f"{run.report.rows_in} in, "
                + (f"{quarantined} quarantined, " if quarantined else "")
                + f"{run.report.rows_dropped} dropped, {run.report.rows_out} out",
            )
        )
    if run.output:
        rows.append(("Output", escape(run.output.url)))
        rows.append(("", f"[dim]datastore {run.output.datastore}, path {run.output.path}[/]"))
    _show(*rows)
    show_metrics(run.metrics)


def show_metrics(metrics: Mapping[str, float]) -> None:
    """Figures of a model, one a line; how many rows there were is said elsewhere."""
    shown = {name: value for name, value in metrics.items() if not name.startswith("rows_")}
    for number, (name, value) in enumerate(shown.items()):
        _show(("Metrics" if number == 0 else "", f"{name:<14}{value:>10.4g}"))


def show_failure(run: Run) -> None:
    """Why a run failed: the cause, what the services add, and the notebook's traceback last."""
    if run.failure is None:
        return
    failure = run.failure
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    step = f"step {failure.step}: " if failure.step else ""
    console.print(f"\n[bold red]Failed[/] {escape(step + failure.cause)}")
    if failure.reason:
        console.print(f"[dim]{escape(failure.reason)}[/]")
    if failure.log:
        console.print(f"\n{escape(failure.log)}", style="dim")


def show_download(download: Download) -> None:
    """Where an output was copied to."""
    _show(
        (
            "Copied",
            f"{download.files} files, {download.size_bytes} bytes to {escape(download.directory)}",
        )
    )


def show_list(found: Sequence[RunSummary] | Sequence[Version]) -> None:
    """Runs or versions as a table, one a line."""
    if not found:
        show_note("there is none yet")
    table = Table(header_style="bold", box=None, pad_edge=False)
    for each in found:
        cells = _version_cells(each) if isinstance(each, Version) else _run_cells(each)
        if not table.columns:
            for header in cells:
                table.add_column(header, overflow="fold", no_wrap=True)
        table.add_row(*cells.values())
    console = Console()
    # An id that is cut off is of no use: rather a long line.
    width = max(console.width, console.measure(table).maximum)
    console.print(table, width=width, crop=False, overflow="ignore", no_wrap=True)


def _run_cells(run: RunSummary) -> dict[str, str]:
    style = STATE_STYLE.get(run.state, "bold")
    return {
        "RUN": run.id,
        "STATE": f"[{style}]{run.state}[/]",
        "STARTED": _local_time(run.started),
        "TOOK": _took(run.started, run.ended).removeprefix(" after ") or "-",
        "VERSION": escape(run.version or "-"),
    }


def _version_cells(version: Version) -> dict[str, str]:
    return {
        "VERSION": escape(version.version),
        "DEFAULT": "yes" if version.is_default else "",
        "CONTENT": version.content_hash or "-",
        "ID": version.id,
    }


def show_problems(problems: Sequence[str], checked: Sequence[str]) -> None:
    """What a check found, one problem a line; or what it found in order."""
    console = Console(soft_wrap=True, highlight=False)
    for problem in problems:
        console.print(escape(problem))
    if not problems:
        console.print(f"[bold green]ok[/] {', '.join(checked)}: pipelines and notebooks fit")


def show_log(step: str, stream: str, text: str) -> None:
    """Text that a step wrote, as it is, below a line that names it."""
    if text:
        Console(stderr=True).print(f"[dim]--- {step}, {stream}[/]", highlight=False)
        print(text, end="" if text.endswith("\n") else "\n", flush=True)  # noqa: T201 (as it is)


def show_preview(preview: Preview) -> None:
    """The rows as a table: on a terminal the first columns that fit, and the others' names.

    Long fractions are rounded; JSON has them whole.
    """
    rows = [[_cell(value) for value in row] for row in preview.rows]
    widths = [max(map(len, column)) for column in zip(preview.columns, *rows, strict=True)]
    ends = list(accumulate(width + COLUMN_GAP for width in widths))
    console = Console()
    if not console.is_terminal:  # a file or a pipe has no width that a line has to keep to
        console.width = max(console.width, ends[-1])
    shown = max(sum(end <= console.width + COLUMN_GAP for end in ends), 1)
    table = Table(box=None, pad_edge=False, padding=(0, COLUMN_GAP, 0, 0), header_style="bold")
    for name in preview.columns[:shown]:
        table.add_column(escape(name), justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*map(escape, row[:shown]))
    console.print(table)
    if left_out := preview.columns[shown:]:
        console.print(f"[dim]and {', '.join(map(escape, left_out))}[/]", soft_wrap=True)


def _cell(value: object) -> str:
    whole = str(value)
    if isinstance(value, float) and len(whole) > CELL_CHARACTERS and abs(value) < 10**6:
        return f"{value:.6g}"
    return whole


def working(action: str) -> AbstractContextManager[object]:
    """Shows on a terminal that ``action`` is under way; nowhere else."""
    return Console(stderr=True).status(f"{action}...")


@contextmanager
def following(run_id: str) -> Iterator[Callable[[RunState], None]]:
    """Shows a run's state: one moving line on a terminal, else a line for each change.

    Where nothing changes for a while a line comes all the same: a silent job looks dead.
    """
    console = Console(stderr=True)
    started = time.monotonic()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(f"run {run_id}", total=None)
        shown: tuple[RunState, float] | None = None

        def show(state: RunState) -> None:
            nonlocal shown
            elapsed = time.monotonic() - started
            bar.update(task, description=f"{state} [dim]run {run_id}[/]")
            is_news = (
                shown is None or state is not shown[0] or elapsed - shown[1] >= HEARTBEAT_SECONDS
            )
            if is_news and not console.is_terminal:
                console.print(f"{_elapsed(timedelta(seconds=elapsed))} {state}", highlight=False)
            if is_news:
                shown = state, elapsed

        yield show


def show_note(message: str) -> None:
    """Something that need not stop anyone."""
    Console(stderr=True).print(
        f"[bold yellow]note:[/] {escape(mask(message))}", soft_wrap=True, highlight=False
    )


def show_error(message: str) -> None:
    Console(stderr=True).print(
        f"[bold red]error:[/] {escape(mask(message))}", soft_wrap=True, highlight=False
    )


def _show(*rows: tuple[str, str]) -> None:
    console = Console()
    for label, value in rows:
        console.print(f"[bold]{label:<9}[/]{value}", soft_wrap=True, highlight=False)


def _took(started: datetime | None, ended: datetime | None) -> str:
    return f" after {_elapsed(ended - started)}" if started and ended else ""


def _elapsed(duration: timedelta) -> str:
    seconds = round(duration.total_seconds())
    return f"{seconds // 60}:{seconds % 60:02d}"


def _local_time(moment: datetime | None) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S %Z") if moment else "-"


def _to_json(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return value.isoformat() if isinstance(value, date) else str(value)
