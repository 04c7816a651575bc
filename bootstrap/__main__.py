"""``python -m bootstrap``: make what must exist before the first deployment.

Needs `az login` with the role Owner on the subscription (it grants roles). A second run changes
nothing. Exit codes: 0 done, 1 it failed, 2 wrong usage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bootstrap.settings import BootstrapError, Settings

if TYPE_CHECKING:
    from bootstrap.result import Result

console = Console(highlight=False, soft_wrap=True)
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command()
def bootstrap(
    *,
    base_name: Annotated[str, typer.Option(help="Short name in every Azure name (baseName)")],
    repository: Annotated[str, typer.Option(help="owner/name on GitHub")],
    location: Annotated[str, typer.Option(help="Azure region")] = "westeurope",
    environment: Annotated[
        list[str] | None, typer.Option(help="Environment to deploy to [default: dev, prod]")
    ] = None,
    subject_prefix: Annotated[
        list[str] | None,
        typer.Option(
            help="Beginning of GitHub's subjects [default: repo:owner/name]; repositories made "
            "since 2026-07-15 have repo:owner@ID/name@ID"
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would change")] = False,
    github: Annotated[
        bool, typer.Option("--github", help="Also set GitHub's environments and variables with gh")
    ] = False,
) -> None:
    """Make state storage, keys and identities, and say what GitHub has to know."""
    from bootstrap.result import tell_github
    from bootstrap.run import run

    settings = Settings(
        base_name=base_name,
        location=location,
        repository=repository,
        environments=tuple(environment or ("dev", "prod")),
        subject_prefixes=tuple(subject_prefix or ()),
    )
    result = run(settings, console, dry_run=dry_run)
    if result is None:
        return
    _show(result, settings)
    if github:
        tell_github(result, settings)
        console.print("\nGitHub has the environments and variables above.")


def _show(result: Result, settings: Settings) -> None:
    from bootstrap.result import secrets_provider, variables
    from bootstrap.state import container_url

    table = Table("Variable", "Environment", "Value", box=None, header_style="bold")
    for variable in variables(result, settings):
        table.add_row(variable.name, variable.environment or "(repository)", variable.value)
    console.print("\nGitHub: Settings, Environments, and Settings, Variables")
    console.print(table)
    console.print("\nStacks, once each, from your machine:")
    for environment, key_uri in result.key_uris.items():
        console.print(
            f"  pulumi login '{container_url(settings, environment)}'\n"
            f"  pulumi stack init {environment} "
            f"--secrets-provider '{secrets_provider(key_uri)}'"
        )


def main() -> None:
    """Run it; what stops it is said in words."""
    try:
        app()
    except BootstrapError as error:
        Console(stderr=True, soft_wrap=True, highlight=False).print(
            f"[bold red]error[/]  {escape(str(error))}"
        )
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
