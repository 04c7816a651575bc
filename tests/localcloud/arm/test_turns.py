"""Writes on one resource take turns; writes on different ones don't wait."""

from __future__ import annotations

import threading

from localcloud.arm.turns import Turns

WAIT_SECONDS = 5


def test_a_second_holder_waits_for_the_first() -> None:
    turns, order, waiting = Turns(), [], threading.Event()

    def second() -> None:
        waiting.set()
        with turns.hold("a"):
            order.append("second")

    thread = threading.Thread(target=second)
    with turns.hold("a"):
        thread.start()
        assert waiting.wait(WAIT_SECONDS)
        thread.join(timeout=0.05)
        order.append("first")
    thread.join(WAIT_SECONDS)
    assert order == ["first", "second"]


def test_another_key_does_not_wait() -> None:
    turns, done = Turns(), threading.Event()

    def other() -> None:
        with turns.hold("b"):
            done.set()

    with turns.hold("a"):
        threading.Thread(target=other).start()
        assert done.wait(WAIT_SECONDS)


def test_a_key_that_nobody_needs_is_forgotten() -> None:
    turns = Turns()
    with turns.hold("a"):
        assert list(turns._turns) == ["a"]
    assert turns._turns == {}
