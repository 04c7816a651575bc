"""The Pulumi CLI of the locked version, from Pulumi's own installer, for workflows.

On a machine that can't reach the installer ``make setup`` builds one instead.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

from deploy.errors import DeployError


def install() -> Path:
    """Folder of the CLI; in a workflow it is on PATH for the steps that follow.

    Raises:
        DeployError: it is not there and could not be installed.
    """
    wanted = version("pulumi")
    folder = _on_path(wanted) or _installed(wanted)
    path_file = os.environ.get("GITHUB_PATH")
    if path_file:
        with Path(path_file).open("a", encoding="utf-8") as paths:
            paths.write(f"{folder}\n")
    return folder


def _on_path(wanted: str) -> Path | None:
    found = shutil.which("pulumi")
    if found is None:
        return None
    said = subprocess.run([found, "version"], capture_output=True, text=True, check=False)
    return Path(found).parent if said.stdout.strip() == f"v{wanted}" else None


def _installed(wanted: str) -> Path:
    from pulumi.automation import PulumiCommand

    root = Path.home() / ".pulumi" / "versions" / wanted
    try:
        PulumiCommand.install(root=str(root))
    except Exception as error:
        # The installer is a script that is fetched and run: it can fail in any way.
        raise DeployError(
            f"pulumi {wanted} could not be installed: {error}\nTry again, or put that version on "
            "PATH (https://www.pulumi.com/docs/install/)"
        ) from None
    return root / "bin"
