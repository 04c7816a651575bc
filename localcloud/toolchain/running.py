"""Runs the steps of the toolchain: what needs nothing of each other, at the same time.

It knows the order of the steps, not how any of them works. The Python packages come before
all of this, by ``tools/make_venv.py``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial

from rich.console import Console

from localcloud.toolchain import (
    azurite,
    bytecode,
    jars,
    java,
    node,
    pulumi_cli,
    spark_classes,
)
from localcloud.toolchain.board import Board
from localcloud.toolchain.cache import cache_folder, exclusive
from localcloud.toolchain.steps import CancelledError, CommandError, Step, ToolchainError, Work

Lane = tuple[Step, ...]
"""Steps that run one after the other; lanes run side by side."""

LANES: tuple[Lane, ...] = (
    (java.STEP, jars.STEP, bytecode.STEP, spark_classes.STEP),
    (node.STEP, azurite.STEP),
    (pulumi_cli.CLI_STEP, pulumi_cli.HOST_STEP),
)

_POLL_SECONDS = 1.0


@dataclass(frozen=True)
class Missing:
    """A component that is not there or not usable."""

    name: str
    problem: str
    remedy: str


def setup(console: Console, lanes: Sequence[Lane] = LANES) -> None:
    """Make what is missing, one line for each step on the console.

    Raises:
        ToolchainError: steps failed; the console already shows why and what helps.
    """
    board = Board(console)
    cancelled = threading.Event()
    works: list[Work] = []

    def new_work(name: str) -> Work:
        work = Work(name, partial(board.doing, name), partial(board.note, name), cancelled)
        works.append(work)
        return work

    with board.shown(), ThreadPoolExecutor(len(lanes)) as pool:
        futures = [pool.submit(_run_lane, lane, board, new_work) for lane in lanes]
        try:
            while wait(futures, timeout=_POLL_SECONDS).not_done:
                board.heartbeat()
        except BaseException:
            cancelled.set()
            for work in works:
                work.end_command()
            raise
    failed = [name for future in futures if (name := future.result())]
    if failed:
        raise ToolchainError(f"set-up is not complete: {', '.join(failed)} failed")


def check(lanes: Sequence[Lane] = LANES) -> list[Missing]:
    """What is missing or unusable; makes nothing."""
    missing = []
    for step in (step for lane in lanes for step in lane):
        try:
            if step.find() is None:
                missing.append(Missing(step.name, "not set up", "make setup"))
        except ToolchainError as error:
            missing.append(Missing(step.name, error.problem, error.remedy))
    return missing


def _run_lane(lane: Lane, board: Board, new_work: Callable[[str], Work]) -> str | None:
    """Run a lane's steps up to the first that fails, whose name is the result."""
    for step in lane:
        work = new_work(step.name)
        try:
            board.done(step.name, step.find() or _made(step, work))
        except CancelledError:
            return step.name
        except ToolchainError as error:
            board.failed(step.name, error.problem, error.remedy or step.remedy)
            if isinstance(error, CommandError):
                board.note(step.name, f"all that the command printed: {work.log}")
            return step.name
        except OSError as error:
            board.failed(step.name, str(error), f"check space and rights of {cache_folder()}")
            return step.name
    return None


def _wait(work: Work) -> None:
    work.say("waiting for another set-up")
    work.pause(_POLL_SECONDS)


def _made(step: Step, work: Work) -> str:
    with exclusive(step.name, partial(_wait, work)):
        found = step.find()  # the other one may have made it
        if found is None and step.make is not None:
            work.say(step.doing)
            step.make(work)
            found = step.find()
    if found is None:
        raise ToolchainError("was made, yet it is not there")
    return found
