"""Versions of the command line, the SDKs and the plugins against the lock file."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from infra.doctor.findings import error, ok, warning
from infra.doctor.tools import (
    INSTALL_CLI,
    PACKAGES,
    check_cli,
    check_packages,
    judge_cli,
    judge_packages,
    judge_plugins,
    locked_versions,
)


def test_the_lock_file_pins_what_is_installed_here() -> None:
    locked = locked_versions()

    assert {name: locked[name] for name in PACKAGES} == {name: version(name) for name in PACKAGES}
    assert check_packages().level == "ok"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ("3.223.0", ok("Pulumi", "3.223.0, the locked SDK is 3.223.0")),
        (
            "3.99.5",
            error("Pulumi", "3.99.5 is older than the locked SDK 3.223.0", INSTALL_CLI),
        ),
        (
            "3.300.1",
            warning("Pulumi", "3.300.1 is newer than the locked SDK 3.223.0", INSTALL_CLI),
        ),
    ],
)
def test_a_command_line_that_is_older_than_the_sdk_is_an_error(
    found: str, expected: object
) -> None:
    assert judge_cli(found, "3.223.0") == expected


def test_without_pulumi_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert check_cli() == error("Pulumi", "pulumi is not on PATH", INSTALL_CLI)


def test_packages_that_differ_from_the_lock_are_named() -> None:
    found = judge_packages({"pulumi": "3.222.0", "x": ""}, {"pulumi": "3.223.0", "x": "1.0"})

    assert found == error(
        "Python packages", "pulumi 3.222.0 (locked 3.223.0), x missing (locked 1.0)", "make setup"
    )


def test_a_plugin_that_is_neither_installed_nor_on_path_would_be_downloaded() -> None:
    wanted = {"azure-native": "3.24.0", "databricks": "1.91.1"}

    assert judge_plugins(wanted, {("azure-native", "3.24.0")}, {"databricks"}) == ok(
        "Pulumi plugins", "azure-native 3.24.0, databricks from PATH"
    )
    assert judge_plugins(wanted, {("databricks", "1.90.0")}, set()) == warning(
        "Pulumi plugins",
        "the deployment will download azure-native 3.24.0, databricks 1.91.1",
        "pulumi plugin install resource azure-native 3.24.0 && "
        "pulumi plugin install resource databricks 1.91.1",
    )
