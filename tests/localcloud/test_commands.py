"""The commands refuse what can't work in one clear line that says what helps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

INTERRUPTED_AMID_A_HANGING_UPDATE = """
import os, signal, sys, threading, time
from localcloud import __main__, stack

stack.ENGINE_NOTICES_SECONDS = stack.ENGINE_STOPS_SECONDS = 0.1

@__main__.app.command()
def hang():
    threading.Timer(1, os.kill, (os.getpid(), signal.SIGINT)).start()
    stack._interruptible(lambda: time.sleep(600))

sys.argv = ["localcloud", "hang"]
__main__.main()
"""

PROJECT = Path(__file__).resolve().parents[2]


def localcloud(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "localcloud", *arguments],
        cwd=PROJECT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("port", ["abc", "80", "65530"])
def test_a_port_that_is_none_is_named_with_the_rule(port: str, tmp_path: Path) -> None:
    refused = localcloud("up", LOCALCLOUD_PORT=port, LOCALCLOUD_HOME=str(tmp_path / "cloud"))
    assert (refused.returncode, refused.stdout, refused.stderr) == (
        1,
        "",
        f"error  LOCALCLOUD_PORT='{port}': the first port must be a number from 1024 to 65515; "
        "unset it to use 10440\n",
    )


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = localcloud("up", LOCALCLOUD_HOME=str(tmp_path / "file" / "cloud"))
    assert (refused.returncode, refused.stderr) == (
        1,
        f"error  {tmp_path}/file/cloud: Not a directory. "
        "Check the space and rights there, or what LOCALCLOUD_HOME names\n",
    )


def test_an_interrupted_command_does_not_wait_for_what_hangs(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_AMID_A_HANGING_UPDATE],
        cwd=PROJECT,
        env={**os.environ, "LOCALCLOUD_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (
        130,
        "interrupted  the same command goes on from here\n",
    )
