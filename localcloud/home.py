"""Where localcloud keeps its things on disk, and which ports and addresses it uses.

One folder per cloud (``.local`` unless LOCALCLOUD_HOME names another). Everything in it is
made at run time and can be deleted while the cloud is stopped. Starts no process.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from localcloud.errors import LocalCloudError

PROJECT_DIR = Path(__file__).resolve().parent.parent
STACK = "local"
"""The Pulumi stack that is deployed to a local cloud."""
DEFAULT_BASE_PORT = 10440
MAX_WORKSPACES = 10
"""Databricks workspaces that can exist at once: each has a port of its own."""


@dataclass(frozen=True)
class Home:
    """One local cloud: its folder and its first port."""

    path: Path
    base_port: int

    @classmethod
    def from_environment(cls) -> Home:
        """The cloud that LOCALCLOUD_HOME and LOCALCLOUD_PORT name, or the project's own.

        The port that a cloud was first started with stays its port: stored addresses hold it.

        Raises:
            LocalCloudError: LOCALCLOUD_PORT is no usable port number.
        """
        path = Path(os.environ.get("LOCALCLOUD_HOME") or PROJECT_DIR / ".local").resolve()
        return cls(path=path, base_port=_recorded_port(path) or _wanted_port())

    def prepare(self) -> None:
        """Make the folder (readable by its owner only) and record the port."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.logs.mkdir(exist_ok=True)
        partial = self.path / "ports.json.partial"
        partial.write_text(json.dumps({"base_port": self.base_port}))
        partial.replace(self.path / "ports.json")

    @property
    def arm_port(self) -> int:
        """Port of Azure Resource Manager, the cloud's metadata and its token service."""
        return self.base_port

    @property
    def azureml_port(self) -> int:
        """Port of the Azure Machine Learning services."""
        return self.base_port + 1

    @property
    def blob_port(self) -> int:
        """Port of blob storage (Azurite)."""
        return self.base_port + 2

    @property
    def databricks_ports(self) -> range:
        """Ports of Databricks workspaces, given out lowest first."""
        return range(self.base_port + 10, self.base_port + 10 + MAX_WORKSPACES)

    @property
    def arm_url(self) -> str:
        """Address of Azure Resource Manager, without a trailing slash."""
        return f"https://localhost:{self.arm_port}"

    @property
    def azureml_url(self) -> str:
        """Address of the Azure Machine Learning services, without a trailing slash."""
        return f"https://localhost:{self.azureml_port}"

    @property
    def storage_suffix(self) -> str:
        """What stands for ``core.windows.net`` here: ``account.blob.<suffix>`` (Spark only)."""
        return f"localhost:{self.blob_port}"

    def blob_endpoint(self, account: str) -> str:
        """Blob endpoint of an account, with a trailing slash, as ARM reports it.

        The account is in the path: names under ``localhost`` do not resolve in most clients.
        """
        return f"https://127.0.0.1:{self.blob_port}/{account}/"

    @property
    def logs(self) -> Path:
        """Folder of the servers' logs."""
        return self.path / "logs"

    @property
    def database(self) -> Path:
        """SQLite file with the state of every server but blob storage."""
        return self.path / "state.db"

    @property
    def blobs(self) -> Path:
        """Azurite's folder."""
        return self.path / "blobs"

    @property
    def tls(self) -> Path:
        """Folder of the cloud's own certificate authority."""
        return self.path / "tls"


def _recorded_port(path: Path) -> int | None:
    try:
        return int(json.loads((path / "ports.json").read_text())["base_port"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _wanted_port() -> int:
    text = os.environ.get("LOCALCLOUD_PORT") or str(DEFAULT_BASE_PORT)
    last = 65535 - 10 - MAX_WORKSPACES
    if not text.isdigit() or not 1024 <= int(text) <= last:
        raise LocalCloudError(
            f"LOCALCLOUD_PORT={text!r}: the first port must be a number from 1024 to {last}; "
            f"unset it to use {DEFAULT_BASE_PORT}"
        )
    return int(text)
