"""One stack of a checkout, deployed to its local cloud by the real engine."""

from __future__ import annotations

import json
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from localcloud.home import Home
from localcloud.tokens import ARM_AUDIENCE, TokenAuthority
from tests.e2e.checkout import Checkout

CALM = {
    "databricksAuthType": "pat",
    "poolMinIdleInstances": "0",
    "readyAnswers": "2",
    "readyIntervalSeconds": "1",
}
"""What a stack needs to be deployed here: no Azure CLI, no waiting Spark, no long wait."""

_QUIET_OPS = frozenset({"same", "read", "refresh"})
_SECRET = ("4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270")
_SECRET_KEYS = frozenset({"databricksAccessToken", "key"})


@dataclass(frozen=True)
class Update:
    """What one command of the engine did.

    Attributes:
        done: exit code and output.
        steps: (operation, name) of every change, in the order in which they began.
    """

    done: subprocess.CompletedProcess[str]
    steps: list[tuple[str, str]]

    @property
    def said(self) -> str:
        return self.done.stdout + self.done.stderr

    @property
    def ops(self) -> dict[str, str]:
        """Name to operation."""
        return {name: op for op, name in self.steps}


@dataclass(frozen=True)
class DeployedStack:
    """A stack under the name that its file has."""

    checkout: Checkout
    name: str

    @classmethod
    def make(cls, checkout: Checkout, name: str, **config: str) -> DeployedStack:
        """Make an empty stack with the settings of its file and what it needs here."""
        stack = cls(checkout, name)
        made = stack.pulumi("stack", "select", "--create", name)
        assert made.returncode == 0, made.stderr
        for key, value in {**CALM, **config}.items():
            stack.configure(key, value)
        return stack

    def configure(self, key: str, value: str) -> None:
        """``pulumi config set``."""
        done = self.pulumi("config", "set", key, value)
        assert done.returncode == 0, done.stderr

    def up(self, *arguments: str) -> Update:
        """``pulumi up``, without a preview."""
        return self._update("up", "--skip-preview", "--yes", *arguments)

    def preview(self, *arguments: str) -> Update:
        """``pulumi preview``."""
        return self._update("preview", *arguments)

    def refresh(self, *arguments: str) -> Update:
        """``pulumi refresh``, without a preview."""
        return self._update("refresh", "--skip-preview", "--yes", *arguments)

    def destroy(self) -> Update:
        """``pulumi destroy``, without a preview."""
        return self._update("destroy", "--skip-preview", "--yes")

    def outputs(self) -> dict[str, str]:
        """The stack's outputs."""
        done = self.pulumi("stack", "output", "--json")
        assert done.returncode == 0, done.stderr
        found: dict[str, str] = json.loads(done.stdout)
        return found

    def export(self, *arguments: str) -> dict[str, Any]:
        """The deployment in the state."""
        done = self.pulumi("stack", "export", *arguments)
        assert done.returncode == 0, done.stderr
        deployment: dict[str, Any] = json.loads(done.stdout)["deployment"]
        return deployment

    def secrets(self) -> set[str]:
        """Every secret text in the state."""
        return set(_secrets(self.export("--show-secrets")))

    def state_and_logs(self) -> dict[Path, str]:
        """The state's files, the engine's events and the servers' logs, as they lie on disk."""
        local = self.checkout.path / ".local"
        files = [
            *local.glob(f"pulumi/.pulumi/**/{self.name}*.json*"),
            *local.glob(f"events/{self.name}-*"),
            *local.glob("logs/**/*"),
        ]
        return {file: file.read_text(errors="replace") for file in files if file.is_file()}

    def unlock(self) -> None:
        """Take away the lock of an engine that was killed."""
        done = self.pulumi("cancel", "--yes")
        assert done.returncode == 0, done.stderr

    def http(self, url: str, token: str) -> httpx.Client:
        """A client of one of the local cloud's servers."""
        context = ssl.create_default_context(cafile=self.variables["SSL_CERT_FILE"])
        return httpx.Client(
            base_url=url, headers={"Authorization": f"Bearer {token}"}, verify=context, timeout=60
        )

    def databricks(self) -> httpx.Client:
        """A client of the stack's Databricks workspace."""
        url = self.outputs()["databricks_workspace_url"]
        return self.http(url, self.variables["DATABRICKS_TOKEN"])

    def arm(self) -> httpx.Client:
        """A client of Azure Resource Manager."""
        home = Home(self.checkout.path / ".local", self.checkout.base_port)
        return self.http(home.arm_url, TokenAuthority.open(home.path).issue(ARM_AUDIENCE))

    def pulumi(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command of plain ``pulumi`` on this stack."""
        return self.checkout.run(*self.command(*arguments), **self.variables)

    def command(self, *arguments: str) -> list[str]:
        """Such a command, to be run with :attr:`variables`."""
        names = () if arguments[:2] == ("stack", "select") else ("--stack", self.name)
        return ["pulumi", *arguments, *names, "--non-interactive"]

    @cached_property
    def variables(self) -> dict[str, str]:
        """The shell's, and the one that lets the engine write its events down."""
        return {**self.checkout.shell(), "PULUMI_DEBUG_COMMANDS": "true"}

    def _update(self, verb: str, *arguments: str) -> Update:
        folder = self.checkout.path / ".local" / "events"
        folder.mkdir(exist_ok=True)
        log = next(
            path for i in count() if not (path := folder / f"{self.name}-{i}.jsonl").exists()
        )
        done = self.pulumi(verb, *arguments, "--event-log", str(log))
        (folder / f"{self.name}-{log.stem}.txt").write_text(done.stdout + done.stderr)
        return Update(done, list(_steps(log)))


def _steps(log: Path) -> Iterator[tuple[str, str]]:
    for line in log.read_text().splitlines() if log.exists() else []:
        metadata = json.loads(line).get("resourcePreEvent", {}).get("metadata", {})
        if metadata and metadata["op"] not in _QUIET_OPS:
            yield metadata["op"], metadata["urn"].rpartition("::")[2]


def _secrets(value: Any) -> Iterator[str]:
    """The texts that are secrets by themselves, out of what is kept as secret."""
    if isinstance(value, list):
        for item in value:
            yield from _secrets(item)
    if isinstance(value, dict) and value.get(_SECRET[0]) == _SECRET[1]:
        kept = json.loads(value["plaintext"])
        # Azure ML's properties are kept as a whole, names and addresses too.
        yield from [kept] if isinstance(kept, str) else _at_keys(kept)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _secrets(item)


def _at_keys(value: Any) -> Iterator[str]:
    for key, item in value.items() if isinstance(value, dict) else ():
        if key in _SECRET_KEYS and item:
            yield str(item)
        yield from _at_keys(item)
