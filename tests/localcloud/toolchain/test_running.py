from __future__ import annotations

import io
import re
import threading
from pathlib import Path

import pytest
from rich.console import Console

from localcloud.toolchain import board, running
from localcloud.toolchain.cache import exclusive
from localcloud.toolchain.running import LANES, Missing, check, setup
from localcloud.toolchain.steps import Step, ToolchainError, Work


def file_step(name: str, target: Path, **more: str) -> Step:
    """A step that makes a file by running a command."""

    def make(work: Work) -> None:
        work.run(["sh", "-c", f"echo made > {target}"])

    return Step(
        name=name,
        find=lambda: target.read_text().strip() if target.exists() else None,
        make=make,
        doing=f"making {name}",
        **more,
    )


def failing_step(name: str, remedy: str = "") -> Step:
    def make(work: Work) -> None:
        work.run(["sh", "-c", "echo error: host not found; exit 1"])

    return Step(name=name, find=lambda: None, make=make, doing=f"making {name}", remedy=remedy)


def console() -> tuple[Console, io.StringIO]:
    output = io.StringIO()
    return Console(file=output, width=40), output


def test_what_is_missing_is_made_and_what_is_there_is_left(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("was there")
    lane = (file_step("first", tmp_path / "a"), file_step("second", tmp_path / "b"))
    screen, output = console()
    setup(screen, [lane])
    assert output.getvalue().splitlines() == [
        "...  first      making first",
        "ok   first      made",
        "ok   second     was there",
    ]


def test_a_failure_stops_its_lane_only_and_says_what_helps(cache: Path, tmp_path: Path) -> None:
    lanes = [
        (failing_step("bad", "check the network"), file_step("after", tmp_path / "after")),
        (file_step("other", tmp_path / "other"),),
    ]
    screen, output = console()
    with pytest.raises(ToolchainError, match=r"^set-up is not complete: bad failed$"):
        setup(screen, lanes)
    lines = output.getvalue().splitlines()
    failure = lines.index("fail bad        error: host not found")
    assert f"{'':16}check the network" in lines[failure + 1 :]
    assert f"note bad        all that the command printed: {cache}/logs/bad.log" in lines
    assert "ok   other      made" in lines
    assert not (tmp_path / "after").exists()


def test_a_cache_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("DATAOPSML_CACHE", str(tmp_path / "file"))
    screen, output = console()
    with pytest.raises(ToolchainError):
        setup(screen, [(file_step("first", tmp_path / "a"),)])
    assert output.getvalue().splitlines() == [
        f"fail first      [Errno 20] Not a directory: '{tmp_path}/file/locks'",
        f"{'':16}check space and rights of {tmp_path}/file",
    ]


def test_two_set_ups_at_once_make_a_thing_once(cache: Path, tmp_path: Path) -> None:
    step = file_step("first", tmp_path / "a")
    screen, output = console()
    with exclusive("first", lambda: None):
        second = threading.Thread(target=setup, args=(screen, [(step,)]))
        second.start()
        while "waiting for another set-up" not in output.getvalue():
            second.join(0.01)
        (tmp_path / "a").write_text("made by the first")
    second.join(30)
    assert output.getvalue().splitlines() == [
        "...  first      waiting for another set-up",
        "ok   first      made by the first",
    ]


def test_a_log_shows_that_a_long_step_is_alive(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board, "HEARTBEAT_SECONDS", 0.2)
    monkeypatch.setattr(running, "_POLL_SECONDS", 0.1)

    def make(work: Work) -> None:
        work.pause(1.5)
        (tmp_path / "a").write_text("made")

    step = Step(name="slow", find=file_step("slow", tmp_path / "a").find, make=make, doing="slowly")
    screen, output = console()
    setup(screen, [(step,)])
    first, *heartbeats, last = output.getvalue().splitlines()
    assert (first, last) == ("...  slow       slowly", "ok   slow       made")
    assert {re.sub(r"\d+ s", "N s", line) for line in heartbeats} == {
        "...  slow       slowly (N s)"
    }


def test_on_a_terminal_only_the_results_stay(cache: Path, tmp_path: Path) -> None:
    output = io.StringIO()
    screen = Console(file=output, force_terminal=True, color_system=None, width=40)
    setup(screen, [(file_step("first", tmp_path / "a"),)])
    assert "ok   first      made\n" in output.getvalue()


def test_check_names_what_is_missing_and_what_is_unusable(tmp_path: Path) -> None:
    def unusable() -> str:
        raise ToolchainError("no usable Java", "set JAVA_HOME")

    lanes = [(Step(name="java", find=unusable), file_step("jars", tmp_path / "none"))]
    assert check(lanes) == [
        Missing("java", "no usable Java", "set JAVA_HOME"),
        Missing("jars", "not set up", "make setup"),
    ]


def test_an_empty_cache_lacks_exactly_what_is_kept_in_it(cache: Path, path_folder: Path) -> None:
    missing = {each.name for each in check()} - {"azurite"}  # it is kept in the project
    assert missing == {"jars", "pulumi", "pulumi-py"}


def test_every_step_has_a_name_of_its_own() -> None:
    names = [step.name for lane in LANES for step in lane]
    assert len(set(names)) == len(names)
    assert max(len(name) for name in names) < 11  # the board's column
