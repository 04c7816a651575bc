"""Children never outlive their parent."""

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil

from localcloud.processes import end, spawn, tail

PARENT = """
import os, sys, threading, time
from pathlib import Path
from localcloud.processes import spawn
def start():
    child = spawn(["sleep", "60"], environment=os.environ, log=Path(sys.argv[1]))
    print(child.pid, flush=True)
thread = threading.Thread(target=start)
thread.start()
thread.join()
time.sleep(60)
"""


def ended_within(process_id: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not psutil.pid_exists(process_id) or is_zombie(process_id):
            return True
        time.sleep(0.05)
    return False


def is_zombie(process_id: int) -> bool:
    try:
        return psutil.Process(process_id).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_child_outlives_the_thread_that_asked_for_it_but_not_its_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path / "log")], stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(0.3)
    assert psutil.Process(child).status() != psutil.STATUS_ZOMBIE
    parent.kill()
    parent.wait()
    assert ended_within(child, seconds=5)


def test_end_takes_the_whole_group_and_can_be_repeated(tmp_path: Path) -> None:
    script = "trap '' TERM; sleep 60 & echo $! >&2; wait; wait"
    child = spawn(["sh", "-c", script], environment=os.environ, log=tmp_path / "log")
    while not tail(tmp_path / "log"):
        time.sleep(0.02)
    grandchild = int(tail(tmp_path / "log"))
    end(child, grace_seconds=0.2)
    end(child)
    assert child.returncode == -9
    assert ended_within(grandchild, seconds=5)


def test_tail_of_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a\nb\nc\n")
    assert [tail(tmp_path / "log", 2), tail(tmp_path / "none")] == ["b\nc", ""]
