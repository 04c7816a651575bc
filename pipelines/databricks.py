"""Asks the Databricks workspace what is in it, as the same identity that asks Azure ML.

One request needs no client library; the vendor's takes a second to load.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import httpx

from pipelines import auth
from pipelines.errors import ServiceError, TransientError
from pipelines.masking import mask
from pipelines.retries import patiently
from stack_outputs import StackOutputs

AUDIENCE = "2ff814a6-3304-4ab8-85cb-cd0e6f879c1d"
"""Application id of Azure Databricks, the same in every tenant (learn.microsoft.com)."""
MANAGEMENT_AUDIENCE = "https://management.core.windows.net/"
TIMEOUT_SECONDS = 30
NOTEBOOK = "NOTEBOOK"


class NotAllowedError(ServiceError):
    """The workspace does not let this identity look: nothing is known."""


def missing_notebooks(stack: StackOutputs, paths: Iterable[str]) -> list[str]:
    """Those of ``paths`` at which the workspace has no notebook.

    Raises:
        NotAllowedError: the caller may not look into the workspace.
        ServiceError: it refuses for another reason, or does not answer.
    """
    with httpx.Client(
        base_url=stack.databricks_workspace_url, headers=_headers(stack), timeout=TIMEOUT_SECONDS
    ) as client:
        return [path for path in paths if not patiently(partial(_is_notebook, client, path))]


def _headers(stack: StackOutputs) -> dict[str, str]:
    # The last two let in an identity that manages the workspace in Azure and has not yet
    # signed in to it (learn.microsoft.com/azure/databricks/dev-tools/auth).
    tokens = auth.tokens()
    return {
        "Authorization": f"Bearer {tokens.for_audience(AUDIENCE)}",
        "X-Databricks-Azure-SP-Management-Token": tokens.for_audience(MANAGEMENT_AUDIENCE),
        "X-Databricks-Azure-Workspace-Resource-Id": stack.databricks_workspace_id,
    }


def _is_notebook(client: httpx.Client, path: str) -> bool:
    action = f"look for notebook {path} in {client.base_url}"
    try:
        answer = client.get("/api/2.0/workspace/get-status", params={"path": path})
    except httpx.TransportError as error:
        raise TransientError(f"could not {action}: {error or type(error).__name__}") from error
    if answer.status_code == httpx.codes.NOT_FOUND:
        return False
    if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
        raise NotAllowedError(f"could not {action}: status {answer.status_code}")
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS or answer.is_server_error:
        asked = answer.headers.get("Retry-After", "")
        raise TransientError(
            f"could not {action}: status {answer.status_code}",
            retry_after_seconds=float(asked) if asked.isdecimal() else None,
        )
    if not answer.is_success:
        raise ServiceError(f"could not {action}: {mask(answer.text.strip()[:500])}")
    return bool(answer.json().get("object_type") == NOTEBOOK)
