"""The archive of Spark's classes: used when it is there, and it fits."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from localcloud.toolchain import spark_classes
from localcloud.toolchain.java import java_command
from localcloud.toolchain.spark_classes import STEP, class_archive_options


def test_an_archive_is_used_once_it_was_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark_classes, "PROJECT_DIR", tmp_path)
    assert (STEP.find(), class_archive_options()) == (None, [])
    archive = spark_classes._archive()
    archive.parent.mkdir()
    archive.write_bytes(bytes(3 * 2**20))
    assert (STEP.find(), class_archive_options()) == ("3 MB", [f"-XX:SharedArchiveFile={archive}"])


@pytest.mark.spark
def test_the_archive_fits_the_class_path_of_spark() -> None:
    options = class_archive_options()
    assert options, "the set-up has not made the archive: make setup"
    # With -Xshare:on, Java refuses to start without an archive that fits.
    path = ["-cp", spark_classes._class_path()]
    started = subprocess.run(
        [java_command(), "-Xshare:on", *options, *path, "-version"],
        capture_output=True,
        check=False,
    )
    assert started.returncode == 0, started.stdout + started.stderr
