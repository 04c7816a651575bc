"""Notebooks, files and folders in a workspace. The path is the id.

The content of a notebook or file is written and never read back, as the vendor's plugin does.
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
_NO_CONTENT = "a notebook or file needs source or contentBase64"


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
        language, content = _language(inputs), _content(inputs)
        _import(api, path, {"content": content, "language": language, "format": "SOURCE"})
        return self.read(api, State(path, inputs))


class WorkspaceFile(Kind):
    """``databricks.WorkspaceFile``: a file that stays as it is, whatever its first line says."""

    identity = frozenset({"path"})
    computed = frozenset({"objectId", "url", "workspacePath"})

    def create(self, api: WorkspaceApi, inputs: Properties) -> State:
        """Import the file; its folder is made if it is missing."""
        path = str(inputs["path"])
        return State(path, self._write(api, path, inputs))

    def update(self, api: WorkspaceApi, last: State, inputs: Properties) -> Properties:
        """Import the file over the old one."""
        return self._write(api, last.id, inputs)

    def read(self, api: WorkspaceApi, last: State) -> Properties:
        """What the workspace says about the path, and the content that was written last."""
        seen = api.get("/workspace/get-status", {"path": last.id})
        if seen.get("object_type") != "FILE":
            raise MissingError(f"{last.id} is a {seen.get('object_type')}, not a file")
        known = {name: seen[name] for name in ("object_id", "path")}
        written = {
            name: value
            for name, value in last.outputs.items()
            if name in ("contentBase64", "source")
        }
        return {**written, **from_api(known), **_addresses(api, last.id)}

    def delete(self, api: WorkspaceApi, last: State) -> None:
        """Delete the file."""
        api.post("/workspace/delete", {"path": last.id, "recursive": False})

    def _write(self, api: WorkspaceApi, path: str, inputs: Properties) -> Properties:
        _import(api, path, {"content": _content(inputs), "format": "RAW"})
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


def _import(api: WorkspaceApi, path: str, what: Properties) -> None:
    folder = str(PurePosixPath(path).parent)
    if folder != "/":
        api.post("/workspace/mkdirs", {"path": folder})
    api.post("/workspace/import", {"path": path, **what, "overwrite": True})


def _content(inputs: Properties) -> str:
    """Content in base64."""
    if "contentBase64" in inputs:
        return str(inputs["contentBase64"])
    if "source" not in inputs:
        raise ProviderError(_NO_CONTENT)
    try:
        return b64encode(Path(str(inputs["source"])).read_bytes()).decode()
    except OSError as error:
        raise ProviderError(f"source: {error}") from error


def _language(inputs: Properties) -> str:
    """A notebook's language, as given or as the suffix of its source tells."""
    if inputs.get("language"):
        return str(inputs["language"])
    if "contentBase64" in inputs:
        raise ProviderError("language: required with contentBase64")
    if "source" not in inputs:
        raise ProviderError(_NO_CONTENT)
    file = Path(str(inputs["source"]))
    language = LANGUAGES.get(file.suffix.lower())
    if language is None:
        raise ProviderError(f"language: required, since {file.name} has none of {[*LANGUAGES]}")
    return language
