"""Files of runs: listing them and giving them out. Only logs; nothing can be uploaded."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from localcloud.azureml import logs
from localcloud.azureml.run_history import RunHistory
from localcloud.azureml.scope import SCOPE, Here, Workspace
from localcloud.azureml.wire import not_found
from localcloud.store import JsonObject

router = APIRouter()
_ARTIFACTS = "/artifact/v2.0" + SCOPE + "/artifacts"
_CONTAINER = "/ExperimentRun/{container}"


def _run_id(workspace: Workspace, container: str) -> str:
    run_id = container.removeprefix("dcid.")
    return str(RunHistory(workspace).run(run_id)["runId"])


def _listing(workspace: Workspace, container: str, prefix: str) -> JsonObject:
    run_id = _run_id(workspace, container)
    found = [
        {
            "artifactId": f"ExperimentRun/{container}/{path}",
            "origin": "ExperimentRun",
            "container": container,
            "path": path,
            "contentUri": logs.signed_url(workspace, run_id, path),
        }
        for path in logs.files(workspace, run_id)
        if path.startswith(prefix)
    ]
    return {"value": found, "continuationToken": None}


@router.get(_ARTIFACTS + "/prefix/contentinfo" + _CONTAINER + "/{prefix:path}")
@router.get(_ARTIFACTS + _CONTAINER + "/{prefix:path}")
def list_files_below(workspace: Here, container: str, prefix: str) -> JsonObject:
    """Files of a run whose path begins with a prefix, with addresses to read them.

    Fidelity: verified (azureml-core, Run.get_details and Run.download_files)
    """
    return _listing(workspace, container, prefix)


@router.get(_ARTIFACTS + "/prefix/contentinfo" + _CONTAINER)
@router.get(_ARTIFACTS + _CONTAINER)
def list_files(workspace: Here, container: str) -> JsonObject:
    """Files of a run.

    Fidelity: verified (azureml-core, Run.get_file_names)
    """
    return _listing(workspace, container, "")


@router.get(_ARTIFACTS + "/contentinfo" + _CONTAINER + "/{path:path}")
def get_file_info(workspace: Here, container: str, path: str) -> JsonObject:
    """One file of a run, with an address to read it.

    Fidelity: verified (azureml-core, Run.download_file)
    """
    for entry in _listing(workspace, container, path)["value"]:
        if entry["path"] == path:
            return dict(entry)
    raise not_found("file", path)


@router.get(_ARTIFACTS + "/content" + _CONTAINER + "/{path:path}")
@router.get(logs.BLOB_PATH + SCOPE + _CONTAINER + "/{path:path}")
def get_file(workspace: Here, container: str, path: str) -> PlainTextResponse:
    """Content of a file: with a token below /artifact, with a signature below /blob.

    Fidelity: verified (azureml-core streams logs from signed addresses without a token)
    """
    return PlainTextResponse(logs.read_file(workspace, _run_id(workspace, container), path))
