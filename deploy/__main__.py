"""``python -m deploy``: what the workflows in ``.github/workflows`` run.

Exit codes: 0 done, 1 a step failed (the summary says which, why and what to do), 2 wrong usage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deploy.errors import DeployError

if TYPE_CHECKING:
    from deploy.report import Report

EXIT_FAILED = 1

app = typer.Typer(
    name="python -m deploy",
    help="Deploy a stack and release its pipeline, as the workflows do.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

StackOption = Annotated[str, typer.Option("--stack", envvar="PULUMI_STACK", help="Pulumi stack")]


@app.command()
def up(
    stack: StackOption,
    ref: Annotated[
        str, typer.Option(envvar="GITHUB_REF", help="What is checked out; only main is deployed")
    ] = "",
    *,
    force: Annotated[
        bool, typer.Option("--force", envvar="FORCE", help="Deploy although it is not main")
    ] = False,
) -> None:
    """Preflight, then make the cloud what the program declares."""
    from deploy import sequences

    _finish(sequences.deploy(stack, ref=ref, force=force))


@app.command()
def release(
    stack: StackOption,
    build_id: Annotated[
        str,
        typer.Option(envvar="BUILD_ID", help="Version that the pipeline is published under"),
    ],
) -> None:
    """Check, publish and run the pipeline on a deployed stack."""
    from deploy import sequences

    _finish(sequences.release(stack, build_id=build_id))


@app.command()
def preview(
    stack: StackOption,
    comment_on: Annotated[
        int | None,
        typer.Option(
            envvar="PULL_REQUEST", metavar="NUMBER", help="Pull request to write the result to"
        ),
    ] = None,
) -> None:
    """Show what a deployment would change."""
    from deploy import sequences
    from deploy.github import Repository

    report = sequences.preview(stack)
    if comment_on is not None:
        mark = f"<!-- preview of stack {stack} -->"
        Repository.from_environment().upsert_comment(comment_on, mark, report.markdown())
    _finish(report)


@app.command()
def drift(
    stack: StackOption,
    *,
    issue: Annotated[
        bool, typer.Option("--issue", help="Open, update or close the stack's issue on GitHub")
    ] = False,
) -> None:
    """Tell what was changed by hand, what is not deployed, and which dates come near.

    Ends with 1 if program, state and cloud are not one.
    """
    from deploy import drift as comparison
    from deploy.github import Repository

    report = comparison.drift(stack)
    if issue and report.failure is None:
        comparison.tell(report, Repository.from_environment())
    _finish(report)
    if report.drifted:
        raise typer.Exit(EXIT_FAILED)


@app.command()
def buy_tokens() -> None:
    """Have the Azure CLI get every token that a deployment needs, while it may."""
    from deploy.azure import buy_tokens as buy

    buy()


@app.command()
def pulumi_cli() -> None:
    """Install the Pulumi CLI of the locked version, unless it is there."""
    from deploy.pulumi_cli import install

    typer.echo(install())


def _finish(report: Report) -> None:
    from deploy.github import show_summary

    show_summary(report.markdown())
    if report.failure is not None:
        typer.echo(f"error: step {report.failure.step} failed: {report.failure.reason}", err=True)
        raise typer.Exit(EXIT_FAILED)


def main() -> None:
    """Run a command; what stops it is said in words."""
    try:
        app()
    except DeployError as error:
        typer.echo(f"error: {error}", err=True)
        raise SystemExit(EXIT_FAILED) from None


if __name__ == "__main__":
    main()
