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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from typing import Any

import httpx

from pipelines import auth
from pipelines.errors import PipelinesError, ServiceError, TransientError
from pipelines.masking import mask
from pipelines.retries import patiently
from stack_outputs import StackOutputs

ARM_METADATA_URL = "https://management.azure.com/metadata/endpoints?api-version=2019-05-01"
REACH_TIMEOUT_SECONDS = 10
TRANSIENT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
SDK_PAUSES = {
    "AZUREML_DEFAULT_BACKOFF": "1",
    "AZUREML_DEFAULT_500_BACKOFF": "1",
    "AZUREML_DEFAULT_503_BACKOFF": "1",
}
"""The SDK's part for run history repeats by itself, after 32 s and more unless told otherwise."""


def open_workspace(stack: StackOutputs) -> Any:
    """The Azure ML workspace of ``stack``, as the SDK's object."""
    patiently(_check_reachable)
    for name, seconds in SDK_PAUSES.items():
        os.environ.setdefault(name, seconds)

    def attempt() -> Any:
        with call(f"open Azure ML workspace {stack.ml_workspace_name!r}"):
            from azureml.core import Workspace
            from azureml.core.authentication import TokenAuthentication

            return Workspace.get(
                stack.ml_workspace_name,
                auth=TokenAuthentication(auth.tokens().for_audience),
                subscription_id=stack.subscription_id,
                resource_group=stack.resource_group_name,
            )

    return patiently(attempt)


@contextmanager
def call(action: str) -> Iterator[None]:
    """Run SDK code silently; ``action`` says in an error what was being done.

    Raises:
        TransientError: trying again may help.
        ServiceError: it will not.
    """
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
            message = f"could not {action}: {_reason(error)}"
            raise _as_service_error(error, message) from error


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


def check_answer(answer: httpx.Response, action: str) -> httpx.Response:
    """``answer``, if it says success.

    Raises:
        TransientError: trying again may help.
        ServiceError: it will not.
    """
    if answer.is_success:
        return answer
    message = f"could not {action}: status {answer.status_code}: {answer.text.strip()[:500]}"
    raise _error_of_status(answer.status_code, answer.headers, mask(message))


def _check_reachable() -> None:
    # With no server to talk to, the SDK spends eleven seconds and then returns as if all
    # were well.
    url = os.environ.get("ARM_CLOUD_METADATA_URL", ARM_METADATA_URL)
    try:
        answer = httpx.get(url, timeout=REACH_TIMEOUT_SECONDS)
    except httpx.ConnectError as error:
        raise ServiceError(f"Azure does not answer at {url}: {error}") from None
    except httpx.HTTPError as error:
        raise TransientError(f"Azure does not answer at {url}: {error}") from None
    check_answer(answer, f"reach Azure at {url}")


def _as_service_error(error: Exception, message: str) -> ServiceError:
    from azure.core.exceptions import ServiceRequestError, ServiceResponseError
    from requests import ConnectionError as RequestsConnectionError
    from requests import Timeout
    from requests.exceptions import ChunkedEncodingError, RetryError

    for cause in _causes(error):
        response = getattr(cause, "response", None)
        status = getattr(response, "status_code", None) or getattr(cause, "status_code", None)
        if isinstance(status, int):
            headers = getattr(response, "headers", None) or {}
            return _error_of_status(status, headers, message)
        if isinstance(
            cause,
            RequestsConnectionError
            | Timeout
            | ChunkedEncodingError
            | RetryError
            | ServiceRequestError
            | ServiceResponseError,
        ):
            return TransientError(message)
    return ServiceError(message)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it wraps, in each of the ways in which the SDK's parts wrap."""
    while error is not None:
        yield error
        inner = getattr(error, "inner_exception", None)
        error = inner if isinstance(inner, Exception) else error.__cause__ or error.__context__


def _error_of_status(status: int, headers: Mapping[str, str], message: str) -> ServiceError:
    if status not in TRANSIENT_STATUSES:
        return ServiceError(message)
    asked = headers.get("Retry-After", "")  # a date is allowed, too; Azure sends seconds
    return TransientError(
        message, retry_after_seconds=float(asked) if asked.strip().isdecimal() else None
    )


def _reason(error: Exception) -> str:
    message = getattr(error, "message", None) or str(error)
    return mask(" ".join(str(message).split())) or type(error).__name__
