"""Logs of runs, and the signed addresses under which they can be read without a token.

In Azure they are blobs behind a shared access signature; here this server gives them out.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import quote, unquote, urlencode

from localcloud.azureml.scope import Kind, Workspace
from localcloud.cloud import Cloud
from localcloud.errors import CloudError

BLOB_PATH = "/blob"
LINK_LIFETIME_SECONDS = 24 * 3600


class Stream(StrEnum):
    """One kind of text that a step's run writes; the names are the pipelines API's."""

    JOB = "JobLog"
    STDOUT = "STDOUT"
    STDERR = "STDERR"


FILES: Mapping[str, frozenset[Stream]] = {
    "azureml-logs/70_driver_log.txt": frozenset(Stream),
    "logs/azureml/executionlogs.txt": frozenset({Stream.JOB}),
    "logs/azureml/stdoutlogs.txt": frozenset({Stream.STDOUT}),
    "logs/azureml/stderrlogs.txt": frozenset({Stream.STDERR}),
}
"""Log file of a step's run to the streams in it, as they came. The SDK streams the first."""

_FILE_OF_STREAM = {
    stream: path for path, streams in FILES.items() if len(streams) == 1 for stream in streams
}


def append(workspace: Workspace, run_id: str, stream: Stream, text: str) -> None:
    """Add text to a stream of a run."""
    if not text:
        return
    with workspace.transaction():
        for path, streams in FILES.items():
            if stream in streams:
                present = workspace.get(Kind.LOG, f"{run_id}/{path}") or {"text": ""}
                workspace.put(Kind.LOG, f"{run_id}/{path}", {"text": present["text"] + text})


def read(workspace: Workspace, run_id: str, stream: Stream) -> str:
    """Everything in a stream of a run so far."""
    found = workspace.get(Kind.LOG, f"{run_id}/{_FILE_OF_STREAM[stream]}")
    return "" if found is None else str(found["text"])


def files(workspace: Workspace, run_id: str) -> list[str]:
    """Log files of a run that have something in them."""
    return [path for path in FILES if workspace.get(Kind.LOG, f"{run_id}/{path}") is not None]


def read_file(workspace: Workspace, run_id: str, path: str) -> str:
    """Content of a log file.

    Raises:
        CloudError: 404, with the code that the SDK knows from blob storage.
    """
    found = workspace.get(Kind.LOG, f"{run_id}/{path}")
    if found is None:
        raise CloudError(404, "BlobNotFound", f"run {run_id!r} has no file {path!r}")
    return str(found["text"])


def signed_urls(workspace: Workspace, run_id: str) -> dict[str, str]:
    """Log file to the address under which it can be read without a token."""
    return {path: signed_url(workspace, run_id, path) for path in files(workspace, run_id)}


def signed_url(workspace: Workspace, run_id: str, path: str) -> str:
    """Address of a log file, good for a day."""
    url_path = f"{BLOB_PATH}{workspace.id}/ExperimentRun/dcid.{run_id}/{path}"
    expiry = str(int(time.time()) + LINK_LIFETIME_SECONDS)
    query = urlencode({"se": expiry, "sig": _signature(workspace.cloud, url_path, expiry)})
    return f"{workspace.cloud.home.azureml_url}{quote(url_path)}?{query}"


def check_signature(cloud: Cloud, url_path: str, query: Mapping[str, str]) -> None:
    """Check the signature in a request for a log file.

    Raises:
        CloudError: 403.
    """
    expiry = query.get("se", "")
    expected = _signature(cloud, unquote(url_path), expiry)
    if not hmac.compare_digest(expected, query.get("sig", "")):
        raise CloudError(403, "AuthenticationFailed", "the signature does not match the address")
    if int(expiry) < time.time():
        raise CloudError(403, "AuthenticationFailed", "the address has expired; ask for a new one")


def _signature(cloud: Cloud, url_path: str, expiry: str) -> str:
    message = f"{url_path}\n{expiry}".encode()
    return hmac.new(cloud.tokens.key, message, hashlib.sha256).hexdigest()
