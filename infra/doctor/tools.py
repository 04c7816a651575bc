"""Is what runs the program what it was locked with? Pulumi's command line, SDKs and plugins."""

from __future__ import annotations

import re
import shutil
from importlib.metadata import PackageNotFoundError, version

from infra.doctor.findings import Finding, error, ok, warning
from infra.doctor.pulumi_cli import PROJECT_DIR, PulumiError, pulumi, pulumi_json

LOCK = PROJECT_DIR / "requirements.lock"
PLUGINS = {"azure-native": "pulumi-azure-native", "databricks": "pulumi-databricks"}
"""Plugin to the distribution of its SDK: both have the same version."""
PACKAGES = ("pulumi", *PLUGINS.values())

INSTALL_CLI = "see https://www.pulumi.com/docs/install/, or for stack local: make setup"


def locked_versions() -> dict[str, str]:
    """Distribution to the version that the lock file pins."""
    pins = re.findall(r"^([a-z0-9.-]+)==([^ \\]+)", LOCK.read_text(), re.MULTILINE)
    return dict(pins)


def check_cli() -> Finding:
    """The command line must not be older than the SDK; of a newer one nothing was seen."""
    subject, wanted = "Pulumi", locked_versions()["pulumi"]
    try:
        found = pulumi("version").strip().removeprefix("v")
    except PulumiError as problem:
        return error(subject, str(problem), INSTALL_CLI)
    return judge_cli(found, wanted)


def judge_cli(found: str, wanted: str) -> Finding:
    """Compare two versions, ``major.minor.patch``."""
    subject = "Pulumi"
    if _line(found) < _line(wanted):
        return error(subject, f"{found} is older than the locked SDK {wanted}", INSTALL_CLI)
    if _line(found) > _line(wanted):
        return warning(subject, f"{found} is newer than the locked SDK {wanted}", INSTALL_CLI)
    return ok(subject, f"{found}, the locked SDK is {wanted}")


def check_packages() -> Finding:
    """The SDKs in this environment must be the locked ones."""
    locked = locked_versions()
    return judge_packages({name: _installed(name) for name in PACKAGES}, locked)


def judge_packages(installed: dict[str, str], locked: dict[str, str]) -> Finding:
    """Compare distributions' versions with those of the lock file; empty for not installed."""
    subject = "Python packages"
    wrong = [
        f"{name} {installed[name] or 'missing'} (locked {locked[name]})"
        for name in installed
        if installed[name] != locked[name]
    ]
    if wrong:
        return error(subject, ", ".join(wrong), "make setup")
    return ok(subject, ", ".join(f"{name} {installed[name]}" for name in installed))


def check_plugins() -> Finding:
    """A plugin that is not installed is downloaded by the deployment, which may be offline."""
    subject = "Pulumi plugins"
    try:
        listed = pulumi_json("plugin", "ls", "--json")
    except PulumiError as problem:
        return error(subject, str(problem), INSTALL_CLI)
    installed = {(each["name"], each["version"]) for each in listed if each["kind"] == "resource"}
    wanted = {plugin: _installed(package) for plugin, package in PLUGINS.items()}
    on_path = {plugin for plugin in wanted if shutil.which(f"pulumi-resource-{plugin}")}
    return judge_plugins(wanted, installed, on_path)


def judge_plugins(
    wanted: dict[str, str], installed: set[tuple[str, str]], on_path: set[str]
) -> Finding:
    """Compare the plugins that the SDKs ask for with those that are there."""
    subject = "Pulumi plugins"
    missing = [
        (name, number)
        for name, number in wanted.items()
        if name not in on_path and (name, number) not in installed
    ]
    if missing:
        install = " && ".join(f"pulumi plugin install resource {n} {v}" for n, v in missing)
        names = ", ".join(f"{name} {number}" for name, number in missing)
        return warning(subject, f"the deployment will download {names}", install)
    origin = {name: "from PATH" if name in on_path else number for name, number in wanted.items()}
    return ok(subject, ", ".join(f"{name} {text}" for name, text in origin.items()))


def _installed(distribution: str) -> str:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return ""


def _line(number: str) -> tuple[int, ...]:
    """Major and minor."""
    return tuple(int(part) for part in re.findall(r"\d+", number)[:2])
