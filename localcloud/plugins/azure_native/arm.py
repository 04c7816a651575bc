"""Azure Resource Manager over HTTP: sign-in, long-running operations, retries, error texts.

The Azure SDK's own pipeline does the work. Finds its endpoint in the cloud's metadata and never
falls back to Azure's. Imported by the first call that needs it: an update without changes makes
few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import jwt
from azure.core import PipelineClient
from azure.core.exceptions import AzureError, HttpResponseError, ServiceRequestError
from azure.core.pipeline.policies import RequestIdPolicy, RetryPolicy, UserAgentPolicy
from azure.core.pipeline.transport import RequestsTransport
from azure.core.polling import LROPoller
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
from azure.mgmt.core.polling.arm_polling import ARMPolling

from localcloud.plugins.azure_native.settings import METADATA_VARIABLE, Settings
from localcloud.plugins.identity import AzureIdentity
from localcloud.plugins.properties import Properties
from localcloud.plugins.provider import OperationFailedError, ProviderError

if TYPE_CHECKING:
    from azure.core.pipeline import PipelineResponse

    Client = ARMPipelineClient[HttpRequest, HttpResponse]
    Answer = PipelineResponse[HttpRequest, HttpResponse]

POLL_SECONDS = 1
"""Pause between looks at a long-running operation that asks for none itself."""

RETRIES = 6
MAX_BACKOFF_SECONDS = 4
"""Together: a restarting server has about 12 s to come back."""


class Arm:
    """A client of one subscription. Connects when it is asked for something."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._identity = AzureIdentity()
        self._connection: tuple[Client, str] | None = None

    def get(self, arm_id: str, api_version: str) -> Properties | None:
        """A resource as ARM has it, or None."""
        response = self._send("GET", arm_id, api_version).http_response
        return None if response.status_code == 404 else _object(response)

    def put(
        self,
        arm_id: str,
        api_version: str,
        body: Properties,
        *,
        query: Mapping[str, str],
        timeout_seconds: float,
    ) -> Properties:
        """Make or change a resource; return it when ARM has finished.

        Raises:
            OperationFailedError: the request was taken, but did not lead to a usable resource.
            ProviderError: the request was refused.
        """
        answer = self._send("PUT", arm_id, api_version, body=body, query=query)
        try:
            self._follow(answer, timeout_seconds)
        except ProviderError as error:
            raise OperationFailedError(str(error)) from error
        resource = self.get(arm_id, api_version)
        if resource is None:
            raise ProviderError(f"{arm_id} is gone right after it was written")
        return resource

    def delete(self, arm_id: str, api_version: str, *, timeout_seconds: float) -> None:
        """Delete a resource; return when it is gone. One that is gone already is no error."""
        answer = self._send("DELETE", arm_id, api_version)
        if answer.http_response.status_code != 404:
            self._follow(answer, timeout_seconds)

    def post(self, arm_id: str, action: str, api_version: str) -> Properties:
        """Call an action of a resource, e.g. ``listKeys``."""
        answer = self._send("POST", f"{arm_id}/{action}", api_version)
        return _object(answer.http_response)

    def token(self) -> str:
        """An access token for ARM."""
        _, scope = self._connect()
        return self._identity.get_token(scope).token

    def token_claims(self) -> Properties:
        """What the token says about its owner. Read, not trusted: checking it is ARM's work."""
        claims: Properties = jwt.decode(self.token(), options={"verify_signature": False})
        return claims

    def _send(
        self,
        method: str,
        path: str,
        api_version: str,
        *,
        body: Properties | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        client, _ = self._connect()
        parameters = {"api-version": api_version, **(query or {})}
        request = HttpRequest(method, client.format_url(path), params=parameters, json=body)
        with _refusals(f"{method} {path}"):
            # The flag changes what is returned, which the signature does not tell.
            answer = cast("Answer", client.send_request(request, _return_pipeline_response=True))
            status = answer.http_response.status_code
            if status >= 400 and not (status == 404 and method in ("GET", "DELETE")):
                raise HttpResponseError(response=answer.http_response)
        return answer

    def _follow(self, answer: Answer, timeout_seconds: float) -> None:
        """Wait for the operation that a request may have started."""
        request = answer.http_request
        what = f"{request.method} {request.url.partition('?')[0]}"
        client, _ = self._connect()
        with _refusals(what):
            poller = LROPoller(client, answer, lambda _: None, ARMPolling(POLL_SECONDS))
            poller.wait(timeout_seconds)
        if not poller.done():
            raise ProviderError(f"{what}: not finished after {timeout_seconds:.0f} s")

    def _connect(self) -> tuple[Client, str]:
        """The client and the scope of its tokens. Threads that come first at once each ask."""
        if self._connection is None:
            endpoint, audience = self._find()
            scope = f"{audience.rstrip('/')}/.default"
            policies = [
                RequestIdPolicy(),
                UserAgentPolicy("localcloud-azure-native"),
                _retries(),
                ARMChallengeAuthenticationPolicy(self._identity, scope),
            ]
            client: Client = ARMPipelineClient(
                endpoint, policies=policies, transport=RequestsTransport()
            )
            self._connection = client, scope
        return self._connection

    def _find(self) -> tuple[str, str]:
        """Endpoint and token audience, from the cloud's metadata."""
        url = self._settings.metadata_url
        public: PipelineClient[HttpRequest, HttpResponse] = PipelineClient(
            url, policies=[_retries()], transport=RequestsTransport()
        )
        with _refusals(f"GET {url}"), public:
            answer = public.send_request(HttpRequest("GET", url))
            answer.raise_for_status()
        return _cloud(answer.json())


def _retries() -> RetryPolicy[HttpRequest, HttpResponse]:
    return RetryPolicy(
        retry_total=RETRIES, retry_backoff_factor=0.3, retry_backoff_max=MAX_BACKOFF_SECONDS
    )


def _cloud(metadata: object) -> tuple[str, str]:
    """Endpoint and token audience; the metadata describes one cloud, or lists several."""
    cloud = metadata[0] if isinstance(metadata, list) and metadata else metadata
    if not isinstance(cloud, dict) or "resourceManager" not in cloud:
        raise ProviderError(f"{METADATA_VARIABLE}: the answer names no 'resourceManager'")
    endpoint = str(cloud["resourceManager"]).rstrip("/")
    audiences = cloud.get("authentication", {}).get("audiences") or [endpoint]
    return endpoint, str(audiences[0])


def _object(response: HttpResponse) -> Properties:
    answer = response.json()
    if not isinstance(answer, dict):
        raise ProviderError(f"{response.request.url}: expected a JSON object, got {answer!r}")
    return answer


@contextmanager
def _refusals(what: str) -> Iterator[None]:
    """Tell a refusal in the cloud's own words, with what was asked."""
    try:
        yield
    except HttpResponseError as error:
        told = error.error
        code = told.code if told and told.code else "Error"
        message = told.message if told and told.message else error.message
        # An operation that failed is told in an answer of status 200.
        failed = (error.status_code or 0) >= 400
        status = f"HTTP {error.status_code}" if failed else "the operation failed"
        raise ProviderError(f"{code}: {message} ({what}: {status})") from error
    except ServiceRequestError as error:
        raise ProviderError(
            f"{what}: the local cloud does not answer; start it with: python -m localcloud start "
            f"({error.message})"
        ) from error
    except AzureError as error:
        raise ProviderError(f"{what}: {error.message}") from error
