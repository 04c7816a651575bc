"""What the commands share: options, exit codes, and how a refusal reads.

Azure's libraries are imported when a command needs them: help and refusals must not wait.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from pipelines import catalog, console
from pipelines.errors import PipelinesError
from pipelines.results import Download, Preview, Run, RunState

if TYPE_CHECKING:
    from pipelines.session import Session


class Exit(IntEnum):
    """How a command ended, for scripts."""

    DONE = 0
    FAILED = 1
    """The run failed or was canceled, or the check found something."""
    REFUSED = 2
    """Nothing was started; standard error says why, and what helps."""
    TIMED_OUT = 3
    """The time limit was reached, and the run was canceled."""
    INTERRUPTED = 130


StackOption = Annotated[
    str | None,
    typer.Option("--stack", envvar="PULUMI_STACK", help="Pulumi stack [default: the selected one]"),
]
OutputsOption = Annotated[
    Path | None,
    typer.Option(
        "--outputs", help="Read this file instead: what `pulumi stack output --json` printed"
    ),
]
PipelineOption = Annotated[str, typer.Option("--pipeline", "-p", help="Pipeline to act on")]
DEFAULT_PIPELINE = catalog.DEFAULT
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs")]
RunArgument = Annotated[
    str | None, typer.Argument(help="Run to act on [default: the pipeline's newest]")
]


def examples(*lines: str) -> str:
    """The end of a command's help; the first character keeps its lines as they are."""
    return "\b\nExamples:\n" + "\n".join(f"  python -m pipelines {line}" for line in lines)


def open_session(stack: str | None, outputs: Path | None, pipeline: str) -> Session:
    """The pipeline of a deployed stack.

    Raises:
        PipelinesError: there is no such stack or pipeline.
    """
    from pipelines.stack import load_stack_outputs

    known = load_stack_outputs(stack=stack, file=outputs)
    from pipelines.session import Session

    return Session(known, pipeline)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what can't be carried out into a message and an exit code."""
    try:
        yield
    except PipelinesError as error:
        console.show_error(str(error))
        raise typer.Exit(Exit.REFUSED) from None


def finish(
    run: Run,
    preview: Preview | None = None,
    download: Download | None = None,
    *,
    as_json: bool,
    code: Exit = Exit.DONE,
) -> None:
    """Show a run and end with ``code``, or else with the one that fits the run's state."""
    if as_json:
        extras = {"preview": preview, "download": download}
        console.show_json(
            {**asdict(run), **{name: value for name, value in extras.items() if value}}
        )
    else:
        console.show_run(run)
        if download:
            console.show_download(download)
        if preview:
            console.show_preview(preview)
        console.show_failure(run)
    if code is Exit.DONE and run.state in (RunState.FAILED, RunState.CANCELED):
        code = Exit.FAILED
    leave(code)


def leave(code: Exit) -> NoReturn:
    """End the command."""
    raise typer.Exit(code)
