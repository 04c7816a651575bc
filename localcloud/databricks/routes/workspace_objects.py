"""``/api/2.0/workspace``: notebooks, files, folders."""

from __future__ import annotations

import base64
import json
from email.parser import BytesParser
from email.policy import HTTP
from typing import Annotated

from databricks.sdk.service.workspace import WorkspaceAPI
from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from localcloud.databricks.routes.dependencies import OpenWorkspace
from localcloud.databricks.wire import check_body
from localcloud.databricks.workspace_objects import decode_content
from localcloud.errors import CloudError
from localcloud.store import JsonObject

router = APIRouter(prefix="/api/2.0/workspace")


async def _import_body(request: Request) -> JsonObject:
    """The body as JSON says it, or as the form that the SDK's ``workspace.upload`` sends."""
    content_type, content = request.headers.get("content-type", ""), await request.body()
    if not content_type.startswith("multipart/form-data"):
        return _json_object(content)
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    body: JsonObject = {}
    for part in BytesParser(policy=HTTP).parsebytes(head + content).iter_parts():
        name = part.get_param("name", header="content-disposition")
        value = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(value, bytes):
            body[name] = base64.b64encode(value).decode() if name == "content" else value.decode()
    if "overwrite" in body:
        body["overwrite"] = body["overwrite"] == "true"
    return body


def _json_object(content: bytes) -> JsonObject:
    try:
        body = json.loads(content)
    except ValueError as error:
        raise CloudError(400, "MALFORMED_REQUEST", f"The body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise CloudError(400, "MALFORMED_REQUEST", "The body is not a JSON object")
    return body


@router.post("/import")
def import_object(
    body: Annotated[JsonObject, Depends(_import_body)], workspace: OpenWorkspace
) -> JsonObject:
    """Fidelity: verified (databricks-sdk WorkspaceAPI.import_, WorkspaceExt.upload)."""
    body = check_body(WorkspaceAPI.import_, body)
    workspace.objects.import_object(
        body["path"],
        decode_content(body.get("content", "")),
        format_=body.get("format", "SOURCE"),
        language=body.get("language"),
        overwrite=body.get("overwrite", False),
    )
    return {}


@router.get("/export", response_model=None)
def export(
    workspace: OpenWorkspace,
    path: str,
    format_: Annotated[str, Query(alias="format")] = "SOURCE",
    direct_download: bool = False,
) -> JsonObject | Response:
    """Fidelity: verified (databricks-sdk WorkspaceAPI.export, WorkspaceExt.download)"""
    exported = workspace.objects.export(path, format_)
    if direct_download:
        return Response(base64.b64decode(exported.content or ""))
    return exported.as_dict()


@router.get("/get-status")
def get_status(path: str, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk ObjectInfo)"""
    return workspace.objects.get(path).as_dict()


@router.get("/list")
def list_folder(path: str, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk ListResponse)"""
    return {"objects": [found.as_dict() for found in workspace.objects.list_folder(path)]}


@router.post("/mkdirs")
def make_folders(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk WorkspaceAPI.mkdirs)"""
    body = check_body(WorkspaceAPI.mkdirs, body)
    workspace.objects.make_folders(body["path"])
    return {}


@router.post("/delete")
def delete(body: JsonObject, workspace: OpenWorkspace) -> JsonObject:
    """Fidelity: verified (databricks-sdk WorkspaceAPI.delete)"""
    body = check_body(WorkspaceAPI.delete, body)
    workspace.objects.delete(body["path"], recursive=body.get("recursive", False))
    return {}
