from __future__ import annotations

import threading
import time
from pathlib import Path

import psutil
import pytest

from localcloud.toolchain import steps
from localcloud.toolchain.steps import CancelledError, CommandError, Work, telling_line


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def cancelled() -> threading.Event:
    return threading.Event()


@pytest.fixture
def work(cache: Path, said: list[str], cancelled: threading.Event) -> Work:
    return Work("some-step", said.append, said.append, cancelled)


def test_a_command_gives_what_it_printed(work: Work, tmp_path: Path) -> None:
    script = 'echo "$GREETING from $PWD"; echo and more >&2'
    output = work.run(["sh", "-c", script], env={"GREETING": "hello"}, cwd=tmp_path)
    assert output == f"hello from {tmp_path}\nand more\n"


def test_a_failed_command_tells_its_reason_and_keeps_all_it_printed(work: Work) -> None:
    with pytest.raises(CommandError) as caught:
        work.run(["sh", "-c", "echo start; echo 'error: no such package'; echo bye; exit 3"])
    assert caught.value.problem == "error: no such package"
    assert work.log.read_text() == "start\nerror: no such package\nbye\n"


def test_a_command_that_says_nothing_tells_its_exit_code(work: Work) -> None:
    with pytest.raises(CommandError, match=r"^exit code 3$"):
        work.run(["sh", "-c", "exit 3"])


def test_a_command_that_does_not_exist_is_named(work: Work) -> None:
    with pytest.raises(CommandError, match=r"^no-such-program does not start: No such file"):
        work.run(["no-such-program"])


def test_a_command_that_takes_too_long_is_killed_with_its_children(
    work: Work, tmp_path: Path
) -> None:
    pid_file = tmp_path / "pid"
    script = f"sleep 60 & echo $! > {pid_file}; wait"
    with pytest.raises(CommandError, match=r"^no end after 1 s$"):
        work.run(["sh", "-c", script], timeout_seconds=1)
    wait_until_gone(int(pid_file.read_text()))


def test_an_interrupted_set_up_ends_the_command_under_way(
    work: Work, cancelled: threading.Event
) -> None:
    def interrupt() -> None:
        cancelled.set()
        work.end_command()

    threading.Timer(0.3, interrupt).start()
    started = time.monotonic()
    with pytest.raises(CancelledError):
        work.run(["sleep", "60"])
    assert time.monotonic() - started < 10
    with pytest.raises(CancelledError):
        work.run(["true"])


def test_a_download_that_fails_is_tried_three_times(
    work: Work, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "RETRY_WAIT_SECONDS", 0)
    tries = tmp_path / "tries"
    with pytest.raises(CommandError, match=r"^connection refused$"):
        work.retry(
            lambda: work.run(["sh", "-c", f"echo . >> {tries}; echo connection refused; false"])
        )
    assert tries.read_text() == ".\n.\n.\n"
    assert said == ["failed, trying again (2 of 3)", "failed, trying again (3 of 3)"]


def test_a_download_that_works_the_second_time_is_done(
    work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "RETRY_WAIT_SECONDS", 0)
    mark = tmp_path / "mark"
    work.retry(lambda: work.run(["sh", "-c", f"[ -e {mark} ] || {{ touch {mark}; exit 1; }}"]))
    assert mark.exists()


@pytest.mark.parametrize(
    ("output", "line"),
    [
        ("", ""),
        ("only this\n\n", "only this"),
        ("error: disk full\ncleaning up\n", "error: disk full"),
        (
            "npm error code ECONNREFUSED\n"
            "npm error FetchError: request failed, reason: connect ECONNREFUSED\n"
            "npm error If you are behind a proxy, please see: npm help config\n"
            "npm error A complete log of this run can be found in: debug.log\n",
            "FetchError: request failed, reason: connect ECONNREFUSED",
        ),
    ],
)
def test_the_telling_line_of_an_output(output: str, line: str) -> None:
    assert telling_line(output) == line


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline, f"process {pid} outlived its command"
        time.sleep(0.05)
