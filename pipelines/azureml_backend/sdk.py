"""Opens the workspace, and keeps the SDK's manners from the terminal.

The SDK prints and logs while it works, and its exceptions span many lines and many types:
:func:`call` swallows the first and turns the second into one :class:`ServiceError`.

Which cloud it talks to comes from the environment, as for any client of the SDK:
``AZUREML_CURRENT_CLOUD`` and ``ARM_CLOUD_METADATA_URL``.
"""

from __future__ import annotations

import io
import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

import httpx

from pipelines import auth
from pipelines.errors import PipelinesError, ServiceError
from stack_outputs import StackOutputs

ARM_METADATA_URL = "https://management.azure.com/metadata/endpoints?api-version=2019-05-01"
REACH_TIMEOUT_SECONDS = 10


def open_workspace(stack: StackOutputs) -> Any:
    """The Azure ML workspace of ``stack``, as the SDK's object."""
    _check_reachable()
    with call(f"open Azure ML workspace {stack.ml_workspace_name!r}"):
        from azureml.core import Workspace
        from azureml.core.authentication import TokenAuthentication

        return Workspace.get(
            stack.ml_workspace_name,
            auth=TokenAuthentication(auth.Tokens(auth.credential()).for_audience),
            subscription_id=stack.subscription_id,
            resource_group=stack.resource_group_name,
        )


@contextmanager
def call(action: str) -> Iterator[None]:
    """Run SDK code silently; ``action`` says in an error what was being done."""
    with _silence():
        from azure.core.exceptions import AzureError
        from azureml.exceptions import AzureMLException
        from msrest.exceptions import ClientException
        from requests import RequestException

        try:
            yield
        except PipelinesError:
            raise
        except (AzureMLException, AzureError, ClientException, RequestException) as error:
            raise ServiceError(f"could not {action}: {_reason(error)}") from error


@contextmanager
def _silence() -> Iterator[None]:
    enabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)  # it logs to the root logger, too
    try:
        with redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(enabled)


def is_not_found(error: Exception) -> bool:
    """Whether Azure ML's pipelines API says that a name is unknown."""
    return getattr(getattr(error, "response", None), "status_code", None) in (400, 404)


def _check_reachable() -> None:
    # With no server to talk to, the SDK spends eleven seconds and then returns as if all
    # were well.
    url = os.environ.get("ARM_CLOUD_METADATA_URL", ARM_METADATA_URL)
    try:
        httpx.get(url, timeout=REACH_TIMEOUT_SECONDS).raise_for_status()
    except httpx.HTTPError as error:
        raise ServiceError(f"Azure does not answer at {url}: {error}") from None


def _reason(error: Exception) -> str:
    message = getattr(error, "message", None) or str(error)
    return " ".join(str(message).split()) or type(error).__name__
