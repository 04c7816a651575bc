"""Deploys the project's Pulumi program to the local cloud with the real engine.

Drives the engine through Pulumi's Automation API with an inline program that runs
``__main__.py``; the state is the one that plain ``pulumi`` uses in the shell of
``python -m localcloud env``.
"""

from __future__ import annotations

import runpy
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import psutil
from pulumi import automation as auto
from pulumi.automation.errors import CommandError, ConcurrentUpdateError
from rich.console import Console

from localcloud.environment import POLICY_PACK
from localcloud.errors import Interrupted, LocalCloudError
from localcloud.home import PROJECT_DIR, STACK
from localcloud.progress import Progress

PROJECT = "dataopsml"
ENGINE_NOTICES_SECONDS = 1
ENGINE_STOPS_SECONDS = 20


def up(console: Console, project_dir: Path = PROJECT_DIR) -> Progress:
    """Make the cloud what the program declares; shows each change as it happens."""
    stack = select(project_dir)
    return _update(
        console,
        "deploying",
        lambda progress: stack.up(on_event=progress.on_event, policy_packs=[str(POLICY_PACK)]),
    )


def destroy(console: Console, project_dir: Path = PROJECT_DIR) -> Progress:
    """Delete everything the stack has."""
    stack = select(project_dir)
    return _update(
        console, "destroying", lambda progress: stack.destroy(on_event=progress.on_event)
    )


def unlock(project_dir: Path = PROJECT_DIR) -> None:
    """Take away the lock that a killed update left."""
    select(project_dir).cancel()


def select(project_dir: Path = PROJECT_DIR) -> auto.Stack:
    """The stack, made if it is not there. The environment must be the local cloud's."""
    try:
        return auto.create_or_select_stack(
            stack_name=STACK,
            project_name=PROJECT,
            program=lambda: _run_program(project_dir),
            opts=auto.LocalWorkspaceOptions(work_dir=str(project_dir)),
        )
    except CommandError as error:
        raise LocalCloudError(f"stack {STACK!r} can't be opened: {_last_line(error)}") from error


def _run_program(project_dir: Path) -> None:
    if str(project_dir) not in sys.path:
        sys.path.insert(0, str(project_dir))
    runpy.run_path(str(project_dir / "__main__.py"), run_name="__main__")


def _update(console: Console, verb: str, action: Callable[[Progress], object]) -> Progress:
    with Progress(console, verb) as progress:
        try:
            _interruptible(lambda: action(progress))
        except ConcurrentUpdateError as error:
            raise LocalCloudError(
                f"stack {STACK!r} is locked: another update runs, or one was killed. "
                "If none runs, take the lock away: make unlock"
            ) from error
        except CommandError as error:
            raise LocalCloudError(_why(progress, verb, error)) from error
    return progress


def _interruptible(action: Callable[[], object]) -> None:
    """Run an update so that an interrupt lets the engine finish what it has begun.

    A terminal sends the interrupt to the engine as well; ``kill`` sends it only to us.
    """
    worker = ThreadPoolExecutor(max_workers=1)
    update = worker.submit(action)
    try:
        update.result()
    except Interrupted:
        if wait([update], ENGINE_NOTICES_SECONDS).not_done:
            _interrupt_engine()
        wait([update], ENGINE_STOPS_SECONDS)
        raise
    finally:
        worker.shutdown(wait=False)  # whoever interrupts does not wait for a program that hangs


def _interrupt_engine() -> None:
    for child in psutil.Process().children():
        if child.name() == "pulumi":
            child.send_signal(signal.SIGINT)


def _why(progress: Progress, verb: str, error: CommandError) -> str:
    reasons = progress.errors or [_last_line(error)]
    return f"{verb} stack {STACK!r} failed:\n  " + "\n  ".join(reasons)


def _last_line(error: CommandError) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error:")]
    return (errors or lines or ["no reason given"])[-1]
