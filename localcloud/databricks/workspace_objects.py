"""Notebooks, files and folders of a workspace.

Notebooks are kept and given out in source format, files as they are; other formats are refused.
"""

from __future__ import annotations

import base64
import binascii
import posixpath
import secrets
import time

from databricks.sdk.service.workspace import ExportResponse, Language, ObjectInfo, ObjectType

from localcloud.databricks.documents import Documents
from localcloud.databricks.errors import already_exists, does_not_exist, invalid, not_supported
from localcloud.databricks.spark.source import header
from localcloud.errors import CloudError
from localcloud.store import JsonObject

MAX_CONTENT_BYTES = 10 * 2**20
"""Source: databricks-sdk, WorkspaceAPI.import_."""

_SUFFIXES = {".py": "PYTHON", ".sql": "SQL", ".scala": "SCALA", ".r": "R"}


class WorkspaceObjects:
    """The tree of one workspace. The root and the first folders are always there."""

    def __init__(self, documents: Documents, home_folder: str) -> None:
        self._documents = documents
        for path in ("/", "/Shared", "/Users", home_folder):
            if documents.get(path) is None:
                self._put(path, {"object_type": ObjectType.DIRECTORY.value})

    def import_object(
        self, path: str, content: bytes, *, format_: str, language: str | None, overwrite: bool
    ) -> None:
        """Create or replace a notebook (``SOURCE``) or a file (``RAW``).

        With ``AUTO`` the content tells which of them it is.
        """
        if format_ not in ("SOURCE", "AUTO", "RAW"):
            raise not_supported(f"imports in format {format_}; use SOURCE, AUTO or RAW")
        if len(content) > MAX_CONTENT_BYTES:
            raise CloudError(
                400, "MAX_NOTEBOOK_SIZE_EXCEEDED", f"File size exceeds {MAX_CONTENT_BYTES} bytes"
            )
        path = _checked(path)
        if format_ == "AUTO":
            path, document = _detect(path, content)
        elif format_ == "RAW":
            document = _file(content)
        else:
            document = _notebook(content, language)
        with self._documents.transaction():
            self._check_place(path, overwrite=overwrite)
            self._put(path, document)

    def export(self, path: str, format_: str) -> ExportResponse:
        """A notebook in source format, or a file, in base64."""
        if format_ not in ("SOURCE", "AUTO", "RAW"):
            raise not_supported(f"exports in format {format_}; use SOURCE, AUTO or RAW")
        found = self._find(path)
        if found["object_type"] == ObjectType.DIRECTORY.value:
            raise not_supported(f"exports of folders ({path})")
        return ExportResponse(content=found["content"], file_type=_file_type(found))

    def get(self, path: str) -> ObjectInfo:
        """What is at a path."""
        return _info(_checked(path), self._find(path))

    def list_folder(self, path: str) -> list[ObjectInfo]:
        """What is in a folder; the object itself if it is none."""
        path = _checked(path)
        found = self._find(path)
        if found["object_type"] != ObjectType.DIRECTORY.value:
            return [_info(path, found)]
        return [_info(key, value) for key, value in self._below(path) if _parent(key) == path]

    def make_folders(self, path: str) -> None:
        """Make a folder and those above it; nothing happens if it is there."""
        path = _checked(path)
        with self._documents.transaction():
            for folder in [*reversed(_parents(path)), path]:
                found = self._documents.get(folder)
                if found is None:
                    self._put(folder, {"object_type": ObjectType.DIRECTORY.value})
                elif found["object_type"] != ObjectType.DIRECTORY.value:
                    raise already_exists(f"Path ({folder}) already exists and is no folder.")

    def delete(self, path: str, *, recursive: bool) -> None:
        """Delete an object; a folder that is not empty only with ``recursive``."""
        path = _checked(path)
        if path == "/":
            raise invalid("The root folder can't be deleted")
        with self._documents.transaction():
            self._find(path)
            below = [key for key, _ in self._below(path)]
            if below and not recursive:
                raise CloudError(400, "DIRECTORY_NOT_EMPTY", f"Folder ({path}) is not empty")
            for key in [*below, path]:
                self._documents.delete(key)

    def notebook_source(self, path: str) -> tuple[str, str]:
        """A notebook's language and text.

        Raises:
            CloudError: 404, there is no notebook.
        """
        found = self._find(path)
        if found["object_type"] != ObjectType.NOTEBOOK.value:
            raise does_not_exist(f"Path ({path}) is not a notebook")
        return found["language"], base64.b64decode(found["content"]).decode()

    def _find(self, path: str) -> JsonObject:
        found = self._documents.get(_checked(path))
        if found is None:
            raise does_not_exist(f"Path ({path}) doesn't exist.")
        return found

    def _below(self, path: str) -> list[tuple[str, JsonObject]]:
        found = self._documents.items(f"{path.rstrip('/')}/")
        return [(key, value) for key, value in found if key != path]

    def _check_place(self, path: str, *, overwrite: bool) -> None:
        parent = self._documents.get(_parent(path))
        if parent is None or parent["object_type"] != ObjectType.DIRECTORY.value:
            raise does_not_exist(f"The parent folder ({_parent(path)}) does not exist.")
        existing = self._documents.get(path)
        if existing is None:
            return
        if not overwrite or existing["object_type"] == ObjectType.DIRECTORY.value:
            raise already_exists(f"Path ({path}) already exists.")

    def _put(self, path: str, document: JsonObject) -> None:
        before = self._documents.get(path) or {}
        now = int(time.time() * 1000)
        identity = {
            "object_id": before.get("object_id") or secrets.randbelow(10**15),
            "created_at": before.get("created_at") or now,
            "modified_at": now,
        }
        self._documents.put(path, {**document, **identity})


def decode_content(text: str) -> bytes:
    """The bytes of a body's ``content``."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise invalid(f"content is not base64: {error}") from error


def _notebook(content: bytes, language: str | None) -> JsonObject:
    if language is None:
        raise invalid("language is required to import a notebook in format SOURCE")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise invalid(f"content is not UTF-8 text: {error}") from error
    if text.split("\n", 1)[0].strip() != header(language):
        text = f"{header(language)}\n{text}"
    return {
        "object_type": ObjectType.NOTEBOOK.value,
        "language": Language(language).value,
        "content": base64.b64encode(text.encode()).decode(),
    }


def _detect(path: str, content: bytes) -> tuple[str, JsonObject]:
    """Notebooks are known by their first line and lose their suffix; all else is a file."""
    stem, suffix = posixpath.splitext(path)
    language = _SUFFIXES.get(suffix.lower())
    if language and content.startswith(header(language).encode()):
        return stem, _notebook(content, language)
    return path, _file(content)


def _file(content: bytes) -> JsonObject:
    encoded = base64.b64encode(content).decode()
    return {"object_type": ObjectType.FILE.value, "content": encoded}


def _file_type(found: JsonObject) -> str:
    suffixes = {language: suffix.removeprefix(".") for suffix, language in _SUFFIXES.items()}
    return suffixes.get(found.get("language", ""), "file")


def _info(path: str, found: JsonObject) -> ObjectInfo:
    shown = {key: value for key, value in found.items() if key != "content"}
    if found["object_type"] == ObjectType.FILE.value:
        shown["size"] = len(base64.b64decode(found["content"]))
    return ObjectInfo.from_dict({**shown, "path": path, "resource_id": str(found["object_id"])})


def _checked(path: str) -> str:
    if not path.startswith("/"):
        raise invalid(f"Path ({path}) must be absolute: begin it with a slash")
    path = posixpath.normpath(f"/{path.strip('/')}")
    return path.removeprefix("/Workspace") or "/" if _is_in_workspace(path) else path


def _is_in_workspace(path: str) -> bool:
    """Whether a path has the prefix that files of the workspace have on a cluster."""
    return path == "/Workspace" or path.startswith("/Workspace/")


def _parent(path: str) -> str:
    return posixpath.dirname(path)


def _parents(path: str) -> list[str]:
    """Folders above a path, nearest first, without the root."""
    found = []
    while (path := _parent(path)) != "/":
        found.append(path)
    return found
