"""``status``, ``watch``, ``logs``, ``output``, ``list`` and ``cancel``: about runs that exist."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines import console
from pipelines.commands import waiting
from pipelines.commands.common import (
    DEFAULT_PIPELINE,
    Exit,
    JsonOption,
    OutputsOption,
    PipelineOption,
    RunArgument,
    StackOption,
    examples,
    finish,
    leave,
    open_session,
    refusals,
)
from pipelines.commands.following_logs import print_logs
from pipelines.errors import PipelinesError
from pipelines.results import RunState

STATUS_EXAMPLES = examples("status", "status 8f3c... --json | jq -r .state")
WATCH_EXAMPLES = examples("watch", "watch 8f3c... --timeout 2h")
LOGS_EXAMPLES = examples("logs", "logs 8f3c... --step feature_engineering", "logs --follow")
OUTPUT_EXAMPLES = examples(
    "output --head 10", "output 8f3c... --download ./features", "output --json | jq .output.url"
)
LIST_EXAMPLES = examples("list --limit 50", "list --published", "list --json | jq -r '.[0].id'")
CANCEL_EXAMPLES = examples("cancel", "cancel 8f3c...")

TimeoutOption = Annotated[
    str | None,
    typer.Option(metavar="TIME", help="Cancel the run if it takes longer from now, e.g. 30m"),
]


def status(
    run_id: RunArgument = None,
    stack: StackOption = None,
    outputs: OutputsOption = None,
    pipeline: PipelineOption = DEFAULT_PIPELINE,
    as_json: JsonOption = False,
) -> None:
    """Show a run: state, times, steps, rows, output or failure."""
    with refusals(), console.working("Reading the run"):
        found = open_session(stack, outputs, pipeline).run(run_id)
    finish(found, as_json=as_json)


def watch(
    *,
    run_id: RunArgument = None,
    stack: StackOption = None,
    outputs: OutputsOption = None,
    pipeline: PipelineOption = DEFAULT_PIPELINE,
    timeout: TimeoutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Follow a run to its end, then show it; Ctrl-C asks whether to cancel it."""
    with refusals():
        limit_seconds = waiting.parse_duration(timeout)
        with console.working("Finding the run"):
            session = open_session(stack, outputs, pipeline)
            run_id = run_id or session.newest_run()
        code = waiting.wait(session, run_id, limit_seconds=limit_seconds)
        with console.working("Reading the run"):
            found = session.run(run_id)
    finish(found, as_json=as_json, code=code)


def logs(
    *,
    run_id: RunArgument = None,
    stack: StackOption = None,
    outputs: OutputsOption = None,
    pipeline: PipelineOption = DEFAULT_PIPELINE,
    step: Annotated[str | None, typer.Option(help="Only this step's")] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until the run has ended")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Print what the steps of a run wrote; secrets are masked."""
    with refusals():
        if follow and as_json:
            raise PipelinesError("--follow prints text as it comes: leave --json away")
        with console.working("Reading the logs"):
            session = open_session(stack, outputs, pipeline)
            run_id = run_id or session.newest_run()
        print_logs(session, run_id, step=step, follow=follow, as_json=as_json)


def output(
    *,
    run_id: RunArgument = None,
    stack: StackOption = None,
    outputs: OutputsOption = None,
    pipeline: PipelineOption = DEFAULT_PIPELINE,
    head: Annotated[int, typer.Option(min=0, help="Rows to show")] = 5,
    download: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Copy all files into this new directory")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show a run's output: place, rows, the first of them; or copy it to this machine."""
    with refusals(), console.working("Reading the output"):
        session = open_session(stack, outputs, pipeline)
        found = session.run(run_id)
        copied = session.download(found, download) if download else None
        preview = session.preview(found, rows=head) if head else None
    finish(found, preview, copied, as_json=as_json)


def list_runs(
    *,
    stack: StackOption = None,
    outputs: OutputsOption = None,
    pipeline: PipelineOption = DEFAULT_PIPELINE,
    limit: Annotated[int, typer.Option(min=1, help="Newest runs to show")] = 10,
    published: Annotated[
        bool, typer.Option("--published", help="List published versions instead of runs")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List a pipeline's runs or its published versions, the newest first."""
    with refusals(), console.working("Reading the list"):
        session = open_session(stack, outputs, pipeline)
        found = session.versions()[:limit] if published else session.runs(limit=limit)
    if as_json:
        console.show_json(found)
    else:
        console.show_list(found)


def cancel(
    *,
    run_id: RunArgument = None,
    stack: StackOption = None,
    outputs: OutputsOption = None,
    pipeline: PipelineOption = DEFAULT_PIPELINE,
    as_json: JsonOption = False,
) -> None:
    """End a run in Azure ML and on Databricks, and wait until both have.

    A run that is canceled already is fine; one that has ended otherwise can't be canceled.
    """
    with refusals():
        with console.working("Finding the run"):
            session = open_session(stack, outputs, pipeline)
            run_id = run_id or session.newest_run()
            state = session.state(run_id)
        if not state.is_final:
            state = waiting.cancel(session, run_id)
        if state is not RunState.CANCELED:
            raise PipelinesError(f"run {run_id} is {state}: there is nothing to cancel")
        found = session.run(run_id)
    if as_json:
        console.show_json(found)
    else:
        console.show_run(found)
    leave(Exit.DONE)
