"""Asks the Databricks workspace what is in it, as the same identity that asks Azure ML.

One request needs no client library; the vendor's takes a second to load.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

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

_MISSING_CLUSTER = re.compile(r"INVALID_PARAMETER_VALUE.*Cluster .* does not exist", re.DOTALL)
"""How the clusters API says not found; databricks-sdk knows it by the same words."""


class NotAllowedError(ServiceError):
    """The workspace does not let this identity look: nothing is known."""


def missing_notebooks(stack: StackOutputs, paths: Iterable[str]) -> list[str]:
    """Those of ``paths`` at which the workspace has no notebook.

    Raises:
        NotAllowedError: the caller may not look into the workspace.
        ServiceError: it refuses for another reason, or does not answer.
    """
    with _client(stack) as client:
        return [path for path in paths if not patiently(partial(_is_notebook, client, path))]


def cluster_problem(stack: StackOutputs) -> str:
    """Why no run can start on the declared cluster; empty if one can, or none is declared.

    Raises:
        NotAllowedError: the caller may not see the cluster.
        ServiceError: the workspace refuses for another reason, or does not answer.
    """
    cluster_id = stack.existing_cluster_id
    if not cluster_id:
        return ""
    with _client(stack) as client:
        found = patiently(
            partial(
                _get,
                client,
                "/api/2.1/clusters/get",
                {"cluster_id": cluster_id},
                f"look for cluster {cluster_id}",
            )
        )
    if found is None:
        return (
            f"cluster {cluster_id} is not in {stack.databricks_workspace_url}. Make one (again) "
            "with pulumi up --refresh and publish for it: python -m pipelines publish"
        )
    if state := broken_state(found):
        return (
            f"cluster {cluster_id} is in state {state}. See "
            f"{stack.databricks_workspace_url}/#setting/clusters/{cluster_id}/configuration"
        )
    return ""


def broken_state(cluster: Mapping[str, Any]) -> str:
    """The state of a cluster on which no run can start, with the reason; empty if one can.

    All but these run, start by themselves, or are started by the run (databricks-sdk, State).
    """
    state = cluster.get("state", "UNKNOWN")
    if state not in {"ERROR", "UNKNOWN"}:
        return ""
    return f"{state}: {mask(str(cluster.get('state_message') or 'no reason given'))}"


def _client(stack: StackOutputs) -> httpx.Client:
    return httpx.Client(
        base_url=stack.databricks_workspace_url, headers=_headers(stack), timeout=TIMEOUT_SECONDS
    )


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
    found = _get(
        client, "/api/2.0/workspace/get-status", {"path": path}, f"look for notebook {path}"
    )
    return found is not None and found.get("object_type") == NOTEBOOK


def _get(
    client: httpx.Client, route: str, query: dict[str, str], looking: str
) -> dict[str, Any] | None:
    """The answer; None if the workspace has no such thing."""
    action = f"{looking} in {client.base_url}"
    try:
        answer = client.get(route, params=query)
    except httpx.TransportError as error:
        raise TransientError(f"could not {action}: {error or type(error).__name__}") from error
    if answer.status_code == httpx.codes.NOT_FOUND or _MISSING_CLUSTER.search(answer.text):
        return None
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
    found: dict[str, Any] = answer.json()
    return found
