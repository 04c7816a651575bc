"""Notebooks and folders in a workspace. The path is the id.

A notebook's content is written and never read back, as the vendor's plugin does.
"""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from localcloud.plugins.databricks.kinds import Kind, from_api
from localcloud.plugins.properties import Properties
from localcloud.plugins.provider import MissingError, ProviderError, State

if TYPE_CHECKING:
    from localcloud.plugins.databricks.workspace_api import WorkspaceApi

LANGUAGES = {".py": "PYTHON", ".scala": "SCALA", ".sql": "SQL", ".r": "R"}


class Notebook(Kind):
    """``databricks.Notebook``, in source format."""

    identity = frozenset({"path"})
    computed = frozenset({"objectId", "objectType", "url", "workspacePath"})

    def create(self, api: WorkspaceApi, inputs: Properties) -> State:
        """Import the notebook; its folder is made if it is missing."""
        path = str(inputs["path"])
        return State(path, self._write(api, path, inputs))

    def update(self, api: WorkspaceApi, last: State, inputs: Properties) -> Properties:
        """Import the notebook over the old one."""
        return self._write(api, last.id, inputs)

    def read(self, api: WorkspaceApi, last: State) -> Properties:
        """What the workspace says about the path, and the content that was written last."""
        seen = api.get("/workspace/get-status", {"path": last.id})
        if seen.get("object_type") != "NOTEBOOK":
            raise MissingError(f"{last.id} is a {seen.get('object_type')}, not a notebook")
        known = {name: seen[name] for name in ("object_id", "object_type", "language", "path")}
        written = {
            name: value
            for name, value in last.outputs.items()
            if name in ("contentBase64", "source", "format")
        }
        return {"format": "SOURCE", **written, **from_api(known), **_addresses(api, last.id)}

    def delete(self, api: WorkspaceApi, last: State) -> None:
        """Delete the notebook."""
        api.post("/workspace/delete", {"path": last.id, "recursive": False})

    def _write(self, api: WorkspaceApi, path: str, inputs: Properties) -> Properties:
        if inputs.get("format", "SOURCE") != "SOURCE":
            raise ProviderError(f"format: {inputs['format']!r} is not supported, only SOURCE is")
        content, language = _content(inputs)
        folder = str(PurePosixPath(path).parent)
        if folder != "/":
            api.post("/workspace/mkdirs", {"path": folder})
        body: Properties = {
            "path": path,
            "content": content,
            "language": language,
            "format": "SOURCE",
            "overwrite": True,
        }
        api.post("/workspace/import", body)
        return self.read(api, State(path, inputs))


class Directory(Kind):
    """``databricks.Directory``."""

    identity = frozenset({"path"})
    create_only = frozenset({"deleteRecursive"})
    computed = frozenset({"objectId", "workspacePath"})

    def create(self, api: WorkspaceApi, inputs: Properties) -> State:
        """Make the folder and those above it."""
        path = str(inputs["path"])
        api.post("/workspace/mkdirs", {"path": path})
        return State(path, self.read(api, State(path, inputs)))

    def read(self, api: WorkspaceApi, last: State) -> Properties:
        """What the workspace says about the path."""
        seen = api.get("/workspace/get-status", {"path": last.id})
        if seen.get("object_type") != "DIRECTORY":
            raise MissingError(f"{last.id} is a {seen.get('object_type')}, not a folder")
        return {
            "path": last.id,
            "objectId": seen["object_id"],
            "workspacePath": f"/Workspace{last.id}",
            "deleteRecursive": last.outputs.get("deleteRecursive", False),
        }

    def delete(self, api: WorkspaceApi, last: State) -> None:
        """Delete the folder; one with something in it only if the program said so."""
        recursive = last.outputs.get("deleteRecursive", False)
        api.post("/workspace/delete", {"path": last.id, "recursive": recursive})


def _addresses(api: WorkspaceApi, path: str) -> Properties:
    return {"url": f"{api.host}/#workspace{path}", "workspacePath": f"/Workspace{path}"}


def _content(inputs: Properties) -> tuple[str, str]:
    """Content in base64, and the language."""
    if "contentBase64" in inputs:
        if "language" not in inputs:
            raise ProviderError("language: required with contentBase64")
        return str(inputs["contentBase64"]), str(inputs["language"])
    if "source" not in inputs:
        raise ProviderError("a notebook needs source or contentBase64")
    file = Path(str(inputs["source"]))
    language = inputs.get("language") or LANGUAGES.get(file.suffix.lower())
    if language is None:
        raise ProviderError(f"language: required, since {file.name} has none of {[*LANGUAGES]}")
    try:
        return b64encode(file.read_bytes()).decode(), str(language)
    except OSError as error:
        raise ProviderError(f"source: {error}") from error
