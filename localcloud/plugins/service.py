# ruff: noqa: N802 - the engine's protocol names the methods
"""The engine's side of a plugin: gRPC calls in, plain values out to a package's provider.

Does what both packages share: secrets are unwrapped before a provider sees them and marked again
in what it returns, previews touch nothing, refusals become messages, the process ends with the
engine. Components, methods and schemas are not offered: nothing asks for them.
"""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any, TypeVar

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as wire
from pulumi.runtime.proto.plugin_pb2 import PluginInfo
from pulumi.runtime.proto.provider_pb2_grpc import (
    ResourceProviderServicer,
    add_ResourceProviderServicer_to_server,
)
from pulumi.runtime.proto.status_pb2 import Status

from localcloud.plugins.diff import Change, Diff, compare
from localcloud.plugins.properties import Properties, conceal, decode, encode, reveal
from localcloud.plugins.provider import HalfCreatedError, Provider, ProviderError, Resource, State

DEFAULT_TIMEOUT_SECONDS = 20 * 60
CONCURRENT_CALLS = 32
WATCH_SECONDS = 0.2
"""Pause between looks whether the engine is still there."""

MAX_MESSAGE_BYTES = 400 * 1024 * 1024
"""The engine's own limit for one message."""

Request = TypeVar("Request")
Response = TypeVar("Response")


def _refusing(
    method: Callable[[Service, Request, Any], Response],
) -> Callable[[Service, Request, Any], Response]:
    """Answer a refusal as the engine expects one, instead of with a traceback."""

    @functools.wraps(method)
    def answer(self: Service, request: Request, context: Any) -> Response:
        try:
            return method(self, request, context)
        except HalfCreatedError as error:
            context.set_trailing_metadata(
                (("grpc-status-details-bin", _half_created(error, request)),)
            )
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except ProviderError as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except Exception as error:
            problem = f"{type(error).__name__}: {error}"
            context.abort(grpc.StatusCode.INTERNAL, f"localcloud's plugin failed: {problem}")
        raise AssertionError("abort always raises")

    return answer


class Service(ResourceProviderServicer):
    """Serves one package's provider to one engine."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def Handshake(self, request: Any, context: Any) -> wire.ProviderHandshakeResponse:
        """Agree on how values travel."""
        return wire.ProviderHandshakeResponse(accept_secrets=True)

    def GetPluginInfo(self, request: Any, context: Any) -> PluginInfo:
        """Claim the version that the installed SDK asks for: the two are in one environment."""
        return PluginInfo(version=version(self._provider.distribution))

    def Attach(self, request: Any, context: Any) -> Empty:
        """Accept another engine's address: the engine is never called back."""
        return Empty()

    def Cancel(self, request: Any, context: Any) -> Empty:
        """The engine starts nothing new from here on; what runs ends by itself."""
        return Empty()

    def CheckConfig(self, request: wire.CheckRequest, context: Any) -> wire.CheckResponse:
        """Accept any configuration: ``configure`` refuses what can't be used."""
        return wire.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: wire.DiffRequest, context: Any) -> wire.DiffResponse:
        """Another configuration never replaces the provider's resources."""
        old, new = reveal(decode(request.old_inputs)), reveal(decode(request.news))
        return _diff_response(compare(old, new))

    @_refusing
    def Configure(self, request: wire.ConfigureRequest, context: Any) -> wire.ConfigureResponse:
        """Hand over the configuration."""
        self._provider.configure(reveal(decode(request.args)))
        return wire.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @_refusing
    def Invoke(self, request: wire.InvokeRequest, context: Any) -> wire.InvokeResponse:
        """Call a function of the package."""
        result = self._provider.invoke(request.tok, reveal(decode(request.args)))
        return wire.InvokeResponse(**{"return": encode(result)})

    @_refusing
    def Check(self, request: wire.CheckRequest, context: Any) -> wire.CheckResponse:
        """Fill in defaults."""
        new = decode(request.news)
        checked = self._provider.check(
            _resource(request), reveal(decode(request.olds)), reveal(new), request.randomSeed
        )
        failures = [
            wire.CheckFailure(property=name, reason=reason)
            for name, reason in checked.failures.items()
        ]
        return wire.CheckResponse(inputs=encode(conceal(checked.inputs, new)), failures=failures)

    @_refusing
    def Diff(self, request: wire.DiffRequest, context: Any) -> wire.DiffResponse:
        """Compare inputs."""
        old, new = reveal(decode(request.old_inputs)), reveal(decode(request.news))
        return _diff_response(self._provider.diff(_resource(request), old, new))

    @_refusing
    def Create(self, request: wire.CreateRequest, context: Any) -> wire.CreateResponse:
        """Create, or foretell: what the cloud computes stays unknown in a preview."""
        inputs = decode(request.properties)
        if request.preview:
            return wire.CreateResponse(properties=encode(inputs))
        state = self._provider.create(
            _resource(request), reveal(inputs), request.timeout or DEFAULT_TIMEOUT_SECONDS
        )
        return wire.CreateResponse(id=state.id, properties=encode(conceal(state.outputs, inputs)))

    @_refusing
    def Read(self, request: wire.ReadRequest, context: Any) -> wire.ReadResponse:
        """Look at the cloud: for a refresh with the known inputs, for an import without."""
        inputs, outputs = decode(request.inputs), decode(request.properties)
        last = State(request.id, reveal(outputs))
        found = self._provider.read(_resource(request), last, reveal(inputs))
        if found is None:
            return wire.ReadResponse()
        return wire.ReadResponse(
            id=found.state.id,
            inputs=encode(conceal(found.inputs, inputs)),
            properties=encode(conceal(conceal(found.state.outputs, inputs), outputs)),
        )

    @_refusing
    def Update(self, request: wire.UpdateRequest, context: Any) -> wire.UpdateResponse:
        """Update, or foretell: what the cloud computed stays what it was."""
        inputs, outputs = decode(request.news), decode(request.olds)
        if request.preview:
            return wire.UpdateResponse(properties=encode({**outputs, **inputs}))
        updated = self._provider.update(
            _resource(request),
            State(request.id, reveal(outputs)),
            reveal(inputs),
            request.timeout or DEFAULT_TIMEOUT_SECONDS,
        )
        return wire.UpdateResponse(properties=encode(conceal(updated, inputs)))

    @_refusing
    def Delete(self, request: wire.DeleteRequest, context: Any) -> Empty:
        """Delete."""
        last = State(request.id, reveal(decode(request.properties)))
        timeout_seconds = request.timeout or DEFAULT_TIMEOUT_SECONDS
        self._provider.delete(_resource(request), last, timeout_seconds)
        return Empty()


def serve(provider: Provider) -> None:
    """Print the port as the engine expects it, then serve until the engine is gone."""
    engine = os.getppid()
    limits = [("grpc.max_receive_message_length", MAX_MESSAGE_BYTES)]
    server = grpc.server(ThreadPoolExecutor(CONCURRENT_CALLS), options=limits)
    add_ResourceProviderServicer_to_server(Service(provider), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while os.getppid() == engine:
        time.sleep(WATCH_SECONDS)
    # Calls that still run have no one to answer to, and must not keep the process alive.
    os._exit(0)


def _resource(request: wire.CheckRequest | wire.DiffRequest | Any) -> Resource:
    *_, type_chain, name = request.urn.split("::", 3)
    return Resource(type=type_chain.rpartition("$")[2], name=name)


def _half_created(error: HalfCreatedError, request: object) -> bytes:
    given = getattr(request, "properties", None) or getattr(request, "news", None)
    inputs: Properties = {} if given is None else decode(given)
    detail = wire.ErrorResourceInitFailed(
        id=error.state.id,
        properties=encode(conceal(error.state.outputs, inputs)),
        reasons=[str(error)],
        inputs=encode(inputs),
    )
    status = Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
    status.details.add().Pack(detail)
    return bytes(status.SerializeToString())


_KINDS = {
    Change.ADD: (wire.PropertyDiff.ADD, wire.PropertyDiff.ADD_REPLACE),
    Change.DELETE: (wire.PropertyDiff.DELETE, wire.PropertyDiff.DELETE_REPLACE),
    Change.UPDATE: (wire.PropertyDiff.UPDATE, wire.PropertyDiff.UPDATE_REPLACE),
}


def _diff_response(diff: Diff) -> wire.DiffResponse:
    details = {
        path: wire.PropertyDiff(kind=_KINDS[change][path in diff.replaces], inputDiff=True)
        for path, change in diff.changes.items()
    }
    changed = bool(diff.changes)
    return wire.DiffResponse(
        changes=wire.DiffResponse.DIFF_SOME if changed else wire.DiffResponse.DIFF_NONE,
        diffs=sorted({_top_level(path) for path in diff.changes}),
        replaces=sorted({_top_level(path) for path in diff.replaces}),
        detailedDiff=details,
        hasDetailedDiff=True,
        deleteBeforeReplace=diff.delete_first,
    )


def _top_level(path: str) -> str:
    return path.split(".", 1)[0].split("[", 1)[0]
