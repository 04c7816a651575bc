"""The commands refuse what can't work in one clear line that says what helps."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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
