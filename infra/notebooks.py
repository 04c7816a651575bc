"""The notebooks in Databricks, with the modules that they import, in one folder.

The folder's name is a hash of everything in it: a changed file is a new folder, and a pipeline
that was published before keeps the notebooks and modules it was published with.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pulumi_databricks
from pulumi import ComponentResource, Output, ResourceOptions

from infra.databricks_workspace import DatabricksWorkspace

FOLDER = "/dataopsml"
"""Not ``/Shared``: there every user of the workspace may edit."""

HASH_DIGITS = 16

NOTEBOOK_HEADER = b"# Databricks notebook source"
"""First line of a notebook in source format; a file without it is a module.
https://learn.microsoft.com/azure/databricks/notebooks/notebook-export-import"""


@dataclass(frozen=True, kw_only=True)
class NotebooksArgs:
    """Settings of :class:`Notebooks`."""

    databricks: DatabricksWorkspace
    folder: Path
    """Every ``*.py`` file directly in it is uploaded."""


class Notebooks(ComponentResource):
    """The files of a folder, uploaded under the hash of their content.

    A notebook loses its suffix, as Databricks has it; a module is a workspace file beside the
    notebooks, which can import it: Databricks Runtime 14 and newer runs a notebook in its folder.
    """

    notebook_folder: Output[str]
    """Workspace folder that holds the notebooks, once all of it is there."""

    def __init__(self, name: str, args: NotebooksArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("dataopsml:infra:Notebooks", name, None, opts)
        sources = read_sources(args.folder)
        folder = notebook_folder(sources)

        uploaded: list[Output[str]] = []
        for file, content in sources.items():
            stem, encoded = file.removesuffix(".py"), b64encode(content).decode()
            # Pipelines published earlier still run the notebooks in their old folder.
            child = args.databricks.inside(self, retain_on_delete=True)
            if content.startswith(NOTEBOOK_HEADER):
                notebook = pulumi_databricks.Notebook(
                    f"{name}-{stem}",
                    path=f"{folder}/{stem}",
                    language="PYTHON",
                    content_base64=encoded,
                    opts=child,
                )
                uploaded.append(notebook.path)
            else:
                module = pulumi_databricks.WorkspaceFile(
                    f"{name}-{stem}",
                    path=f"{folder}/{file}",
                    content_base64=encoded,
                    opts=child,
                )
                uploaded.append(module.path)

        self.notebook_folder = Output.all(*uploaded).apply(lambda _: folder)
        self.register_outputs({"notebook_folder": self.notebook_folder})


def read_sources(folder: Path) -> dict[str, bytes]:
    """File name to content, in the order of the names.

    Raises:
        ValueError: the folder holds no ``*.py`` file.
    """
    sources = {file.name: file.read_bytes() for file in sorted(folder.glob("*.py"))}
    if not sources:
        raise ValueError(f"{folder} holds no *.py file: nothing to upload to Databricks")
    return sources


def notebook_folder(sources: Mapping[str, bytes]) -> str:
    """Where files of these names and contents live, e.g. ``/dataopsml/0123456789abcdef``."""
    digest = sha256()
    for file, content in sorted(sources.items()):
        digest.update(f"{file}\0{len(content)}\0".encode() + content)
    return f"{FOLDER}/{digest.hexdigest()[:HASH_DIGITS]}"
