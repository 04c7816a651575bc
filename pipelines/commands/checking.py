"""``check``."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines import console
from pipelines.commands.common import Exit, JsonOption, examples, leave, refusals

CHECK_EXAMPLES = examples("check", "check --pipeline training", "check --json | jq -r .[].message")


def check(
    *,
    pipeline: Annotated[
        str | None, typer.Option("--pipeline", "-p", help="Only this pipeline [default: all]")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare pipelines with the widgets of their notebooks, without a cloud.

    Names what is missing, unknown or of the wrong type, with file and line; and a Databricks
    runtime whose Spark is not the one that the tests use.
    """
    from pipelines import catalog, contract

    with refusals():
        problems = contract.find_problems([pipeline] if pipeline else list(catalog.PIPELINES))
    if as_json:
        console.show_json(problems)
    else:
        console.show_problems([str(problem) for problem in problems], list(catalog.PIPELINES))
    leave(Exit.FAILED if problems else Exit.DONE)
