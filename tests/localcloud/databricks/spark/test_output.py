"""Secrets do not appear in what a notebook prints."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from localcloud.databricks.spark.output import Redactor

PROGRAM = """
import subprocess, sys
from pathlib import Path
from localcloud.databricks.spark.output import Redactor, redirect_to
redactor = Redactor()
redirect_to(Path(sys.argv[1]), redactor)
print("before")
redactor.add("s3cret")
print("key", "s3cret", end="|")
sys.stderr.write("error s3cret\\n")
subprocess.run(["echo", "from a child"], check=True)
"""


def test_the_longest_secret_is_replaced_first() -> None:
    redactor = Redactor()
    for secret in ("key", "keys", ""):
        redactor.add(secret)
    assert redactor.redact("keys and key") == "[REDACTED] and [REDACTED]"


def test_everything_printed_goes_to_the_log_without_secrets(tmp_path: Path) -> None:
    log = tmp_path / "log"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(log)], capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")
    assert log.read_text() == "before\nkey [REDACTED]|error [REDACTED]\nfrom a child\n"
