"""What the commands of ``python -m localcloud`` do, step by step.

Each step is announced; what it starts and can't finish it stops again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from rich.console import Console

from localcloud import environment, preflight, supervisor
from localcloud.errors import Interrupted, LocalCloudError
from localcloud.home import PROJECT_DIR, STACK, Home

RUN_FAILED = 1
"""What ``python -m pipelines`` ends with when the run it shows has failed."""


def start(console: Console) -> bool:
    """Start the cloud unless it runs; True if it was started now."""
    home = Home.from_environment()
    with console.status("starting the local cloud ..."):
        started = supervisor.start(home)
    if started:
        console.print(f"local cloud started at {home.arm_url} (state in {_short(home)})")
    return started


def stop(console: Console) -> None:
    """Stop the cloud, keep its state."""
    home = Home.from_environment()
    stopped = supervisor.stop(home)
    console.print(
        f"local cloud stopped; its state stays in {_short(home)}"
        if stopped
        else "the local cloud was not running"
    )


def up(console: Console) -> None:
    """Deploy stack ``local``."""
    with _cloud(console) as variables:
        _deploy(console, variables)


def run(console: Console) -> None:
    """Publish, trigger, wait, show."""
    with _cloud(console) as variables:
        if not _is_deployed(variables):
            raise LocalCloudError(f"stack {STACK!r}: nothing is deployed. Deploy it: make up")
        _pipeline(console)


def demo(console: Console) -> None:
    """The whole path."""
    with _cloud(console) as variables:
        _deploy(console, variables)
        _pipeline(console)
    console.print(
        "\nThe local cloud keeps running. [bold]make status[/] shows it, [bold]make down[/] stops "
        "it, [bold]make clean[/] deletes everything."
    )


def status(console: Console, *, as_json: bool = False) -> None:
    """The cloud's processes, and the latest run if there is a stack."""
    home = Home.from_environment()
    health = supervisor.health(home)
    if as_json:
        console.print_json(data=asdict(health))
        return
    if not health.running:
        console.print("local cloud: not running (start it: make up)")
        return
    state = health.problem or "running" + (", code has changed since" if health.outdated else "")
    console.print(
        f"local cloud: {state}; {home.arm_url}, process {health.process_id}, "
        f"{health.memory_mb} MB without Spark"
    )
    if health.problem:
        raise LocalCloudError(f"the local cloud: {health.problem}. Mend it: make up")
    variables = environment.variables(home)
    if not _is_deployed(variables):
        console.print(f"stack {STACK}: nothing deployed (deploy it: make up)")
        return
    os.environ.update(variables)
    code = _pipelines("status")
    if code == RUN_FAILED:
        raise SystemExit(code)


def clean(console: Console) -> None:
    """Destroy the stack, stop the cloud, delete its folder."""
    home = Home.from_environment()
    if (home.path / "pulumi").exists():
        try:
            _destroy(console)
        except LocalCloudError as error:
            raise LocalCloudError(
                f"{error}\nTo give up what is in the cloud: make down && rm -r {home.path}"
            ) from error
    supervisor.stop(home)
    shutil.rmtree(home.path, ignore_errors=True)
    console.print(f"{_short(home)} deleted")


def _destroy(console: Console) -> None:
    from localcloud import stack  # pulumi takes a second to import
    from localcloud.progress import DESTROYED

    with _cloud(console):
        console.print("\n[bold]Destroying stack local[/]")
        console.print(f"  {stack.destroy(console).summary(DESTROYED)}")


def unlock(console: Console) -> None:
    """Take away a stale lock."""
    from localcloud import stack

    with _cloud(console):
        stack.unlock()
    console.print("stack local is unlocked")


def make_stack(variables: dict[str, str]) -> None:
    """Make stack ``local`` if it is not there, and select it for plain ``pulumi``."""
    (Home.from_environment().path / "pulumi").mkdir(exist_ok=True)
    done = _pulumi(variables, "stack", "select", "--create", STACK)
    if done.returncode != 0:
        raise LocalCloudError(f"stack {STACK!r} can't be selected: {done.stderr.strip()}")


def _is_deployed(variables: dict[str, str]) -> bool:
    """Whether an update of the stack ever came to its end: it has outputs then."""
    answer = _pulumi(variables, "stack", "output", "--stack", STACK, "--json")
    return bool(answer.stdout.strip("{} \n"))


def _pulumi(variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["pulumi", "--non-interactive", *arguments],
        cwd=PROJECT_DIR,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def _cloud(console: Console) -> Iterator[dict[str, str]]:
    """A running cloud, its environment in place; an interrupt stops what was started here."""
    home = Home.from_environment()
    started = start(console)
    try:
        variables = environment.variables(home)
        os.environ.update(variables)
        (home.path / "pulumi").mkdir(exist_ok=True)
        yield variables
    except Interrupted:
        if started:
            supervisor.stop(home)
        raise
    except (LocalCloudError, SystemExit) as error:
        health = supervisor.health(home)
        problem = health.problem if health.running else f"it has ended; see {home.logs}/server.log"
        if problem:
            raise LocalCloudError(f"the local cloud: {problem}. Mend it: make up") from error
        raise


def _deploy(console: Console, variables: dict[str, str]) -> None:
    make_stack(variables)
    preflight.examine(console)
    from localcloud import stack
    from localcloud.progress import DEPLOYED

    console.print("\n[bold]Deploying stack local[/]")
    console.print(f"  [bold]{stack.up(console).summary(DEPLOYED)}[/]")


def _pipeline(console: Console) -> None:
    console.print("\n[bold]Publishing and running the pipeline[/]")
    _call_pipelines("run", "--publish", "--wait", "--head", "5")


def _call_pipelines(*arguments: str) -> None:
    """Run ``python -m pipelines``; its own words are the explanation if it fails."""
    code = _pipelines(*arguments)
    if code != 0:
        raise SystemExit(code)


def _pipelines(*arguments: str) -> int:
    """Run ``python -m pipelines`` as a user does, and tell its exit code."""
    # The Azure ML SDK caches addresses below the home folder: keep those of this cloud in it.
    user = Home.from_environment().path / "user"
    user.mkdir(exist_ok=True)
    command = [sys.executable, "-m", "pipelines", *arguments, "--stack", STACK]
    environ = {**os.environ, "HOME": str(user)}
    return subprocess.run(command, cwd=PROJECT_DIR, env=environ, check=False).returncode


def _short(home: Home) -> str:
    try:
        return str(home.path.relative_to(PROJECT_DIR))
    except ValueError:
        return str(home.path)
