"""A user's checkout of the project: a copy of its files, with a local cloud of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.conftest import free_base_port

COMMAND_SECONDS = 300
_LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".local", "node_modules", "__pycache__", ".*_cache"
)


@dataclass(frozen=True)
class Checkout:
    """Files of the project and the environment in which its commands run."""

    path: Path
    base_port: int
    _shell: dict[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, project_dir: Path, target: Path) -> Checkout:
        """Copy the project; what set-up installed is shared with the original."""
        shutil.copytree(project_dir, target, ignore=_LEFT_OUT)
        for name in (".venv", "node_modules"):
            (target / name).symlink_to(project_dir / name)
        return cls(target, free_base_port())

    def without_waiting_spark(self) -> Checkout:
        """Let no Spark process wait in stack local's pool: for stories with no run to speed up."""
        config = self.path / "Pulumi.local.yaml"
        warm, cold = 'poolMinIdleInstances: "1"', 'poolMinIdleInstances: "0"'
        assert warm in config.read_text()
        config.write_text(config.read_text().replace(warm, cold))
        return self

    def python(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``python ARGUMENTS`` as its user would."""
        return self.run(sys.executable, *arguments, **environment)

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the checkout; its output is captured, its exit code not checked."""
        return subprocess.run(
            command,
            cwd=self.path,
            env=self.variables(**environment),
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )

    def variables(self, **more: str) -> dict[str, str]:
        """The environment of a user who has set nothing but the first port."""
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith("LOCALCLOUD_")
        }
        return {**kept, "LOCALCLOUD_PORT": str(self.base_port), "COLUMNS": "200", **more}

    def shell(self) -> dict[str, str]:
        """What ``eval "$(python -m localcloud env)"`` sets, asked for once as by a user."""
        if not self._shell:
            answer = self.python("-m", "localcloud", "env", "--json")
            assert answer.returncode == 0, answer.stderr
            self._shell.update(json.loads(answer.stdout))
        return self._shell

    def pipelines(self, *arguments: str) -> Any:
        """The JSON answer of ``python -m pipelines ARGUMENTS --json`` on stack local."""
        answer = self.python(
            "-m", "pipelines", *arguments, "--stack", "local", "--json", **self.shell()
        )
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout)
