"""The cloud on one machine, from set-up to clean: ``python -m localcloud``.

The commands behind the make targets. Each ends with 0, or says what is wrong and what helps.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from localcloud.errors import Interrupted, LocalCloudError
from localcloud.home import Home

app = typer.Typer(
    help="The cloud on one machine, from set-up to clean.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
)
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]
console = Console(highlight=False, soft_wrap=True)


@app.command()
def setup() -> None:
    """Fetch what is missing: Java, Spark's jars, Azurite, the Pulumi CLI."""
    from localcloud import toolchain

    toolchain.setup(console)


@app.command()
def start() -> None:
    """Start the local cloud in the background."""
    from localcloud import commands

    commands.start(console)


@app.command()
def stop() -> None:
    """Stop the local cloud; what was deployed stays for the next start."""
    from localcloud import commands

    commands.stop(console)


@app.command()
def up() -> None:
    """Deploy stack `local` with the Pulumi engine, starting the cloud if need be."""
    from localcloud import commands

    commands.up(console)


@app.command()
def run() -> None:
    """Publish the pipeline, trigger it, wait, and show the features."""
    from localcloud import commands

    commands.run(console)


@app.command()
def demo() -> None:
    """Everything: deploy, publish, trigger, and show what came out."""
    from localcloud import commands

    commands.demo(console)


@app.command()
def status(as_json: JsonOption = False) -> None:
    """What runs, what is deployed, and how the latest run ended."""
    from localcloud import commands

    commands.status(console, as_json=as_json)


@app.command()
def clean() -> None:
    """Destroy stack `local`, stop the cloud and delete its folder."""
    from localcloud import commands

    commands.clean(console)


@app.command()
def unlock() -> None:
    """Take away the lock that a killed update left on stack `local`."""
    from localcloud import commands

    commands.unlock(console)


@app.command()
def env(as_json: JsonOption = False) -> None:
    """Print the environment for real tools: eval "$(python -m localcloud env)"."""
    from localcloud import commands, environment

    commands.start(Console(stderr=True, highlight=False))
    variables = environment.variables(Home.from_environment())
    commands.make_stack(variables)
    text = json.dumps(variables, indent=2) if as_json else environment.shell_lines(variables)
    sys.stdout.write(text.rstrip() + "\n")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise Interrupted


@contextlib.contextmanager
def _no_orphans() -> Iterator[None]:
    """An interrupted command takes its children with it; the cloud itself goes on, if it ran."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        yield
    except Interrupted:
        from localcloud import supervisor

        supervisor.end_all_but_cloud(Home.from_environment())
        raise


def main() -> None:
    """Run a command; a refusal is one clear line, an interrupt ends with 130."""
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        with _no_orphans():
            app()
    except LocalCloudError as error:
        _refuse(errors, str(error))
    except OSError as error:
        _refuse(errors, _about_a_file(error) if error.filename else str(error))
    except Interrupted:
        errors.print("[yellow]interrupted[/]  the same command goes on from here")
        sys.stdout.flush()
        os._exit(130)  # without waiting for threads: one may be in a call that takes minutes


def _refuse(errors: Console, why: str) -> NoReturn:
    errors.print("[bold red]error[/]  ", end="")
    errors.print(why, markup=False)
    sys.exit(1)


def _about_a_file(error: OSError) -> str:
    return (
        f"{error.filename}: {error.strerror}. "
        "Check the space and rights there, or what LOCALCLOUD_HOME names"
    )


if __name__ == "__main__":
    main()
