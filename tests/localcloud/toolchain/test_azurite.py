from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from localcloud.home import PROJECT_DIR
from localcloud.toolchain import azurite
from localcloud.toolchain.steps import ToolchainError


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the real lock and a node_modules in which npm has put its files."""
    lock, modules = tmp_path / "package-lock.json", tmp_path / "node_modules"
    server = modules / "azurite" / "dist" / "src" / "blob" / "main.js"
    lock.write_bytes(azurite.LOCK.read_bytes())
    server.parent.mkdir(parents=True)
    server.touch()
    for name, value in {
        "LOCK": lock,
        "MODULES": modules,
        "STAMP": modules / azurite.STAMP.name,
        "_BLOB_SERVER": server,
    }.items():
        monkeypatch.setattr(azurite, name, value)
    return tmp_path


def locked_packages() -> dict[str, dict[str, object]]:
    packages: dict[str, dict[str, object]] = json.loads(azurite.LOCK.read_bytes())["packages"]
    return packages


def test_package_json_pins_the_version_that_the_lock_holds() -> None:
    wanted = json.loads((PROJECT_DIR / "package.json").read_bytes())["dependencies"]
    assert wanted == {"azurite": locked_packages()["node_modules/azurite"]["version"]}


def test_every_locked_package_has_a_digest_and_none_an_address() -> None:
    packages = {name: package for name, package in locked_packages().items() if name}
    assert [name for name, package in packages.items() if "integrity" not in package] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_an_installation_that_was_cut_short_is_not_taken_for_done(project: Path) -> None:
    assert azurite.STEP.find() is None


def test_an_installation_of_the_locked_packages_is_done(project: Path) -> None:
    azurite.STAMP.write_text(sha256(azurite.LOCK.read_bytes()).hexdigest())
    assert azurite.STEP.find() == locked_packages()["node_modules/azurite"]["version"]
    assert azurite.azurite_command()[1:] == [
        str(project / "node_modules" / "azurite" / "dist" / "src" / "blob" / "main.js")
    ]


def test_an_installation_of_another_lock_is_refused(project: Path) -> None:
    azurite.STAMP.write_text(sha256(b"an older lock").hexdigest())
    with pytest.raises(ToolchainError, match=r"not installed as .* helps: make setup"):
        azurite.azurite_command()
