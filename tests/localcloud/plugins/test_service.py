"""What the engine gets from a plugin over gRPC, whatever the package."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import grpc
import pytest
from google.protobuf.json_format import MessageToDict
from pulumi.runtime.proto import provider_pb2 as wire
from pulumi.runtime.proto.provider_pb2_grpc import (
    ResourceProviderStub,
    add_ResourceProviderServicer_to_server,
)
from pulumi.runtime.proto.status_pb2 import Status

from localcloud.plugins.diff import Change, Diff
from localcloud.plugins.properties import Properties, Secret, decode, encode
from localcloud.plugins.provider import (
    Checked,
    Found,
    HalfCreatedError,
    Provider,
    ProviderError,
    Resource,
    State,
)
from localcloud.plugins.service import Service

URN = "urn:pulumi:dev::project::pkg:index:Parent$pkg:index:Thing::my-thing"
THING = Resource("pkg:index:Thing", "my-thing")


@dataclass
class Recorder(Provider):
    """Notes what it is asked, and answers or refuses as the test wants it."""

    distribution = "pulumi"
    calls: list[tuple[object, ...]] = field(default_factory=list)
    refusal: Exception | None = None

    def _note(self, *call: object) -> None:
        self.calls.append(call)
        if self.refusal:
            raise self.refusal

    def configure(self, config: Properties) -> None:
        self._note("configure", config)

    def check(self, resource: Resource, old: Properties, new: Properties, seed: bytes) -> Checked:
        self._note("check", resource, old, new, seed)
        return Checked({**new, "name": "made"}, {"size": "too big"})

    def diff(self, resource: Resource, old: Properties, new: Properties) -> Diff:
        self._note("diff", resource, old, new)
        return Diff(
            {"tags.a": Change.ADD, "sku[0].name": Change.UPDATE, "x": Change.DELETE},
            frozenset({"sku[0].name"}),
            delete_first=True,
        )

    def create(self, resource: Resource, inputs: Properties, timeout_seconds: float) -> State:
        self._note("create", resource, inputs, timeout_seconds)
        return State("/id", {**inputs, "url": "u"})

    def read(self, resource: Resource, last: State, inputs: Properties) -> Found | None:
        self._note("read", resource, last, inputs)
        return Found({**inputs, "tags": "new"}, State("/id", {**last.outputs, "tags": "new"}))

    def update(
        self, resource: Resource, last: State, inputs: Properties, timeout_seconds: float
    ) -> Properties:
        self._note("update", resource, last, inputs, timeout_seconds)
        return inputs

    def delete(self, resource: Resource, last: State, timeout_seconds: float) -> None:
        self._note("delete", resource, last, timeout_seconds)

    def invoke(self, function: str, arguments: Properties) -> Properties:
        self._note("invoke", function, arguments)
        return {"answer": 42}


@pytest.fixture
def provider() -> Recorder:
    return Recorder()


@pytest.fixture
def engine(provider: Recorder) -> Iterator[ResourceProviderStub]:
    server = grpc.server(ThreadPoolExecutor(2))
    add_ResourceProviderServicer_to_server(Service(provider), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield ResourceProviderStub(channel)
    server.stop(None)


INPUTS: Properties = {"key": Secret("k"), "size": 1}
REVEALED: Properties = {"key": "k", "size": 1}


def test_secrets_are_taken_and_previews_are_asked_for(
    engine: ResourceProviderStub, provider: Recorder
) -> None:
    handshake = engine.Handshake(wire.ProviderHandshakeRequest(engine_address="127.0.0.1:1"))
    configured = engine.Configure(wire.ConfigureRequest(args=encode(INPUTS)))
    assert handshake == wire.ProviderHandshakeResponse(accept_secrets=True)
    assert configured == wire.ConfigureResponse(acceptSecrets=True, supportsPreview=True)
    assert provider.calls == [("configure", REVEALED)]


def test_checked_inputs_keep_their_secrets_and_failures_their_reasons(
    engine: ResourceProviderStub, provider: Recorder
) -> None:
    request = wire.CheckRequest(urn=URN, olds=encode({}), news=encode(INPUTS), randomSeed=b"s")
    response = engine.Check(request)
    assert decode(response.inputs) == {**INPUTS, "name": "made"}
    assert list(response.failures) == [wire.CheckFailure(property="size", reason="too big")]
    assert provider.calls == [("check", THING, {}, REVEALED, b"s")]


def test_a_diff_names_paths_top_level_properties_and_the_order_of_a_replacement(
    engine: ResourceProviderStub,
) -> None:
    response = engine.Diff(wire.DiffRequest(urn=URN, old_inputs=encode({}), news=encode({})))
    assert MessageToDict(response) == {
        "changes": "DIFF_SOME",
        "diffs": ["sku", "tags", "x"],
        "replaces": ["sku"],
        "detailedDiff": {
            "tags.a": {"inputDiff": True},
            "sku[0].name": {"kind": "UPDATE_REPLACE", "inputDiff": True},
            "x": {"kind": "DELETE", "inputDiff": True},
        },
        "hasDetailedDiff": True,
        "deleteBeforeReplace": True,
    }


def test_outputs_that_echo_a_secret_input_are_secret(
    engine: ResourceProviderStub, provider: Recorder
) -> None:
    response = engine.Create(wire.CreateRequest(urn=URN, properties=encode(INPUTS), timeout=7))
    assert (response.id, decode(response.properties)) == ("/id", {**INPUTS, "url": "u"})
    assert provider.calls == [("create", THING, REVEALED, 7)]


def test_a_preview_foretells_without_asking_the_provider(
    engine: ResourceProviderStub, provider: Recorder
) -> None:
    created = engine.Create(wire.CreateRequest(urn=URN, properties=encode(INPUTS), preview=True))
    updated = engine.Update(
        wire.UpdateRequest(
            urn=URN, olds=encode({"size": 0, "url": "u"}), news=encode(INPUTS), preview=True
        )
    )
    assert (created.id, decode(created.properties)) == ("", INPUTS)
    assert decode(updated.properties) == {**INPUTS, "url": "u"}
    assert provider.calls == []


def test_a_refresh_keeps_secrets_of_inputs_and_of_earlier_outputs(
    engine: ResourceProviderStub, provider: Recorder
) -> None:
    outputs: Properties = {"key": "k", "token": Secret("t")}
    response = engine.Read(
        wire.ReadRequest(id="/id", urn=URN, inputs=encode(INPUTS), properties=encode(outputs))
    )
    assert response.id == "/id"
    assert decode(response.inputs) == {**INPUTS, "tags": "new"}
    assert decode(response.properties) == {
        "key": Secret("k"),
        "token": Secret("t"),
        "tags": "new",
    }
    assert provider.calls == [("read", THING, State("/id", {"key": "k", "token": "t"}), REVEALED)]


def test_a_refusal_is_an_error_with_its_message(
    engine: ResourceProviderStub, provider: Recorder
) -> None:
    provider.refusal = ProviderError("SkuNotAvailable: no such size")
    with pytest.raises(grpc.RpcError) as caught:
        engine.Create(wire.CreateRequest(urn=URN, properties=encode(INPUTS)))
    assert caught.value.code() == grpc.StatusCode.UNKNOWN
    assert caught.value.details() == "SkuNotAvailable: no such size"


def test_a_resource_that_failed_half_way_is_reported_with_its_state(
    engine: ResourceProviderStub, provider: Recorder
) -> None:
    provider.refusal = HalfCreatedError("it failed", State("/id", {"key": "k", "state": "Failed"}))
    with pytest.raises(grpc.RpcError) as caught:
        engine.Create(wire.CreateRequest(urn=URN, properties=encode(INPUTS)))
    status = Status.FromString(dict(caught.value.trailing_metadata())["grpc-status-details-bin"])
    detail = wire.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    assert (status.message, detail.id, list(detail.reasons)) == ("it failed", "/id", ["it failed"])
    assert decode(detail.inputs) == INPUTS
    assert decode(detail.properties) == {"key": Secret("k"), "state": "Failed"}


def test_a_fault_of_the_plugin_says_that_it_is_one(
    engine: ResourceProviderStub, provider: Recorder
) -> None:
    provider.refusal = KeyError("oops")
    with pytest.raises(grpc.RpcError) as caught:
        engine.Invoke(wire.InvokeRequest(tok="pkg:index:fn", args=encode({})))
    assert caught.value.code() == grpc.StatusCode.INTERNAL
    assert caught.value.details() == "localcloud's plugin failed: KeyError: 'oops'"


def test_functions_answer_with_their_values(
    engine: ResourceProviderStub, provider: Recorder
) -> None:
    response = engine.Invoke(wire.InvokeRequest(tok="pkg:index:fn", args=encode({"a": 1})))
    assert decode(getattr(response, "return")) == {"answer": 42}
    assert provider.calls == [("invoke", "pkg:index:fn", {"a": 1})]
