from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from threading import Event

import pytest

from localcloud.toolchain import pulumi_cli
from localcloud.toolchain.pulumi_cli import CLI_STEP, HOST_FILES, HOST_STEP, pulumi_bin
from localcloud.toolchain.steps import ToolchainError, Work

WriteProgram = Callable[[Path, str], Path]

VERSION = version("pulumi")


def write_hosts(folder: Path, write_program: WriteProgram) -> None:
    for name in HOST_FILES:
        write_program(folder / name, "")


def test_nothing_anywhere_says_what_helps(cache: Path, path_folder: Path) -> None:
    with pytest.raises(ToolchainError) as caught:
        pulumi_bin()
    assert str(caught.value) == f"pulumi {VERSION} is not set up. What helps: make setup"


def test_the_complete_pulumi_on_path_is_used_where_it_is(
    cache: Path, path_folder: Path, write_program: WriteProgram
) -> None:
    write_program(path_folder / "pulumi", f"v{VERSION}")
    write_hosts(path_folder, write_program)
    assert pulumi_bin() == path_folder
    assert CLI_STEP.find() == f"{VERSION} ({path_folder})"


def test_another_version_on_path_is_not_used(
    cache: Path, path_folder: Path, write_program: WriteProgram
) -> None:
    write_program(path_folder / "pulumi", "v3.100.0")
    write_hosts(path_folder, write_program)
    assert (CLI_STEP.find(), HOST_STEP.find()) == (None, None)


def test_a_pulumi_on_path_without_language_host_is_copied_to_be_completed(
    cache: Path, path_folder: Path, write_program: WriteProgram
) -> None:
    write_program(path_folder / "pulumi", f"v{VERSION}")
    assert CLI_STEP.make is not None
    CLI_STEP.make(Work("pulumi", lambda text: None, lambda text: None, Event()))
    folder = cache / "pulumi" / VERSION / "bin"
    assert (CLI_STEP.find(), HOST_STEP.find()) == (f"{VERSION} ({folder})", None)
    write_hosts(folder, write_program)
    assert pulumi_bin() == folder


def test_a_half_made_cache_is_not_taken_for_done(
    cache: Path, path_folder: Path, write_program: WriteProgram
) -> None:
    write_program(cache / "pulumi" / VERSION / "bin" / HOST_FILES[0], "")
    assert (CLI_STEP.find(), HOST_STEP.find()) == (None, None)


def test_the_installer_out_of_reach_is_a_note_and_not_a_failure(
    cache: Path, path_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulumi_cli, "_INSTALL", "raise SystemExit('error: no route to host')")
    notes: list[str] = []
    work = Work("pulumi", lambda text: None, notes.append, Event())
    assert pulumi_cli._installed(work, tmp_path) == []
    assert notes == ["the official installer can't be used here: error: no route to host"]
