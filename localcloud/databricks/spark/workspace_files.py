"""The files beside a notebook, where the notebook can import and open them.

On Databricks a notebook runs in its own folder, which is on Python's path there and on the
executors. Here the folder's files are copied to this process's disk before the first cell: what
a notebook writes into its folder stays here and ends with the process.

verified: docs.databricks.com/files/workspace-modules, docs.databricks.com/files/cwd-dbr-14.
"""

from __future__ import annotations

import os
import posixpath
import sys
from pathlib import Path
from typing import Any

from localcloud.databricks.spark.workspace_api import WorkspaceApi


def open_folder(workspace: WorkspaceApi, notebook_path: str, root: Path, spark: Any) -> None:
    """Copy the notebook's folder below ``root``, go there and put it on the path."""
    folder = posixpath.dirname(notebook_path)
    target = root / folder.strip("/")
    target.mkdir(parents=True)
    for path, content in workspace.files(folder):
        file = target / posixpath.relpath(path, folder)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    os.chdir(target)
    sys.path.insert(0, str(target))
    # Python workers are started with this, so that user-defined functions find the modules too.
    spark.sparkContext.environment["PYTHONPATH"] = str(target)
