"""``python -m pipelines``: publish the feature pipeline, run it, and see what came of it.

Exit codes: 0 done, 1 the run failed, 2 refused (standard error says why), 130 interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import console
from pipelines.errors import PipelinesError
from pipelines.results import Preview, Run, RunState

if TYPE_CHECKING:
    from pipelines.session import Session

EXIT_RUN_FAILED = 1
EXIT_REFUSED = 2
EXIT_INTERRUPTED = 130

app = typer.Typer(
    name="python -m pipelines",
    help="Publish the feature pipeline in Azure ML, run it, and see what came of it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help appears three times as fast
)

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
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs")]
RunArgument = Annotated[str | None, typer.Argument(help="Run to look at [default: the newest]")]


@app.command()
def publish(
    stack: StackOption = None,
    outputs: OutputsOption = None,
    build_id: Annotated[
        str | None,
        typer.Option(help="Version to publish under [default: hash of notebook and pipeline]"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Publish the pipeline as declared now.

    Its endpoint runs it from then on. Content that is published already is not published again.
    """
    with _refusals(), console.working("Publishing"):
        published = _session(stack, outputs).publish(version=build_id)
    if as_json:
        console.show_json(published)
    else:
        console.show_published(published)


@app.command()
def run(
    *,
    stack: StackOption = None,
    outputs: OutputsOption = None,
    publish_first: Annotated[
        bool, typer.Option("--publish", help="Publish the pipeline as declared now, first")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Follow the run to its end")] = False,
    head: Annotated[
        int, typer.Option(min=0, help="Rows of the output to show at the end, with --wait")
    ] = 0,
    param: Annotated[
        list[str] | None,
        typer.Option(
            help="Replace an input or parameter for this run, e.g. training_data=other.csv",
            metavar="NAME=VALUE",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run the published pipeline: what its endpoint has as default."""
    with _refusals():
        if head and not wait:
            raise PipelinesError("--head shows the output of a finished run: give --wait too")
        replacements = _replacements(param or [])
        with console.working("Publishing" if publish_first else "Submitting"):
            session = _session(stack, outputs)
            published = session.publish() if publish_first else None
        if published and not as_json:
            console.show_published(published)
        with console.working("Submitting"):
            run_id = session.submit(replacements)
        if wait:
            _follow(session, run_id)
        with console.working("Reading the run"):
            found = session.run(run_id)
            preview = session.preview(found, rows=head) if head and found.output else None
    _finish(found, preview, as_json=as_json)


@app.command()
def status(
    run_id: RunArgument = None,
    stack: StackOption = None,
    outputs: OutputsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a run: state, times, rows, output or failure."""
    with _refusals(), console.working("Reading the run"):
        found = _session(stack, outputs).run(run_id)
    _finish(found, as_json=as_json)


@app.command()
def output(
    run_id: RunArgument = None,
    stack: StackOption = None,
    outputs: OutputsOption = None,
    head: Annotated[int, typer.Option(min=1, help="Rows to show")] = 5,
    as_json: JsonOption = False,
) -> None:
    """Show a run's output: place, rows, the first of them."""
    with _refusals(), console.working("Reading the output"):
        session = _session(stack, outputs)
        found = session.run(run_id)
        preview = session.preview(found, rows=head)
    _finish(found, preview, as_json=as_json)


def _session(stack: str | None, outputs: Path | None) -> Session:
    # Imported here: help and refusals must not wait for Azure's libraries.
    from pipelines.stack import load_stack_outputs

    known = load_stack_outputs(stack=stack, file=outputs)
    from pipelines.session import Session

    return Session(known)


def _replacements(parameters: list[str]) -> dict[str, str]:
    replacements: dict[str, str] = {}
    for parameter in parameters:
        name, separator, value = parameter.partition("=")
        if not separator:
            raise PipelinesError(f"--param {parameter!r}: expected NAME=VALUE")
        if name in replacements:
            raise PipelinesError(f"--param {parameter!r}: {name!r} is given twice")
        replacements[name] = value
    return replacements


def _follow(session: Session, run_id: str) -> None:
    try:
        console.follow(run_id, lambda: session.state(run_id))
    except KeyboardInterrupt:
        console.show_error(
            f"no longer waiting; the run goes on: python -m pipelines status {run_id}"
        )
        raise typer.Exit(EXIT_INTERRUPTED) from None


def _finish(found: Run, preview: Preview | None = None, *, as_json: bool) -> None:
    if as_json:
        console.show_json({**asdict(found), "preview": preview} if preview else found)
    else:
        console.show_run(found)
        if preview:
            console.show_preview(preview)
        console.show_failure(found)
    if found.state in (RunState.FAILED, RunState.CANCELED):
        raise typer.Exit(EXIT_RUN_FAILED)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except PipelinesError as error:
        console.show_error(str(error))
        raise typer.Exit(EXIT_REFUSED) from None


if __name__ == "__main__":
    app()
