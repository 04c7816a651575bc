"""One Databricks workspace: its identity, its address and its folders. Nothing of what it runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from localcloud.home import Home


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """One workspace.

    Attributes:
        resource_id: its ARM id, as it was first written.
        workspace_id: 16 digits.
        port: where it listens.
    """

    resource_id: str
    workspace_id: str
    port: int

    @property
    def host(self) -> str:
        """Its address without a scheme, as ARM's ``workspaceUrl`` has it."""
        return f"localhost:{self.port}"

    @property
    def url(self) -> str:
        """Its address, without a trailing slash."""
        return f"https://{self.host}"

    def logs(self, home: Home) -> Path:
        """Folder of what its runs printed and of what Spark said."""
        return home.logs / "databricks" / self.workspace_id

    def scratch(self, home: Home) -> Path:
        """Folder of the temporary files of its Spark processes."""
        return home.path / "spark" / self.workspace_id
