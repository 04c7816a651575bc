"""``publish`` and ``run``."""

from __future__ import annotations

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
    StackOption,
    examples,
    finish,
    open_session,
    refusals,
)
from pipelines.errors import PipelinesError

BuildIdOption = Annotated[
    str | None,
    typer.Option(
        "--build-id", help="Version to publish under [default: hash of notebooks and pipeline]"
    ),
]
PUBLISH_EXAMPLES = examples(
    "publish",
    "publish --pipeline training --build-id $GITHUB_RUN_ID",
    "publish --outputs stack.json --json",
)
RUN_EXAMPLES = examples(
    "run --wait",
    "run --publish --wait --head 5",
    "run --param training_data=2026/diabetes.csv --wait --timeout 30m",
    "run --json | jq -r .id",
)


def publish(
    *,
    stack: StackOption = None,
    outputs: OutputsOption = None,
    pipeline: PipelineOption = DEFAULT_PIPELINE,
    build_id: BuildIdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Publish a pipeline as declared now.

    Its endpoint runs it from then on. Content that is published already is not published again,
    and the endpoint moves only to what was read back and found as declared.
    """
    with refusals(), console.working("Publishing"):
        published = open_session(stack, outputs, pipeline).publish(version=build_id)
    if as_json:
        console.show_json(published)
    else:
        console.show_published(published)


def run(
    *,
    stack: StackOption = None,
    outputs: OutputsOption = None,
    pipeline: PipelineOption = DEFAULT_PIPELINE,
    publish_first: Annotated[
        bool, typer.Option("--publish", help="Publish the pipeline as declared now, first")
    ] = False,
    build_id: BuildIdOption = None,
    wait: Annotated[bool, typer.Option("--wait", help="Follow the run to its end")] = False,
    timeout: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="Cancel the run if it takes longer, with --wait; e.g. 30m"
        ),
    ] = None,
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
    """Run the published pipeline: what its endpoint has as default.

    Before it starts, the compute, its access token and the notebooks are checked. Interrupted
    while it waits (Ctrl-C), it asks whether to cancel the run.
    """
    with refusals():
        values = _values(param or [])
        limit_seconds = _check_options(wait, timeout, head, build_id if not publish_first else None)
        with console.working("Publishing" if publish_first else "Submitting"):
            session = open_session(stack, outputs, pipeline)
            published = session.publish(version=build_id) if publish_first else None
        if published and not as_json:
            console.show_published(published)
        with console.working("Submitting"):
            run_id, notes = session.submit(values)
        for note in notes:
            console.show_note(note)
        code = Exit.DONE
        if wait:
            code = waiting.wait(session, run_id, limit_seconds=limit_seconds)
        with console.working("Reading the run"):
            found = session.run(run_id)
            preview = session.preview(found, rows=head) if head and found.output else None
    finish(found, preview, as_json=as_json, code=code)


def _check_options(wait: bool, timeout: str | None, head: int, build_id: str | None) -> int | None:
    """The time limit in seconds; refuses what needs another option, too."""
    if head and not wait:
        raise PipelinesError("--head shows the output of a finished run: give --wait too")
    if timeout and not wait:
        raise PipelinesError("--timeout is kept while waiting: give --wait too")
    if build_id:
        raise PipelinesError("--build-id is the version to publish under: give --publish too")
    return waiting.parse_duration(timeout)


def _values(parameters: list[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for parameter in parameters:
        name, separator, value = parameter.partition("=")
        if not separator:
            raise PipelinesError(f"--param {parameter!r}: expected NAME=VALUE")
        if name in values:
            raise PipelinesError(f"--param {parameter!r}: {name!r} is given twice")
        values[name] = value
    return values
