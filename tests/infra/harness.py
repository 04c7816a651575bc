"""Runs Pulumi code under a recording mock engine and hands back plain values.

Pulumi code is asynchronous: an assertion inside ``Output.apply`` is silently skipped when the
Output is unknown, or when nobody waits for it. So tests make no assertions inside Outputs.
:func:`deploy` waits for everything, raises what any of it raised, and returns what the engine
was asked for, as plain values. Where a test must look into an Output that nobody registers,
:func:`check` does, and a check that never ran fails the test.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from contextvars import ContextVar, copy_context
from dataclasses import dataclass
from typing import Any, TypeVar

import pulumi
from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime import mocks, rpc, settings
from pulumi.runtime.config import set_all_config
from pulumi.runtime.proto.resource_pb2 import (
    RegisterResourceOutputsRequest,
    RegisterResourceRequest,
)
from pulumi.runtime.stack import run_in_stack

from infra.settings import PROJECT
from tests.infra.mock_cloud import MockCloud

T = TypeVar("T")

STACK_TYPE = "pulumi:pulumi:Stack"

UNKNOWN = rpc.UNKNOWN
"""What stands for a value that is not known yet, as in a first preview."""

_OPTIONS = (
    "additionalSecretOutputs",
    "deleteBeforeReplace",
    "deletedWith",
    "ignoreChanges",
    "protect",
    "replaceOnChanges",
    "replace_with",
    "retainOnDelete",
)


@dataclass(frozen=True, kw_only=True)
class Values:
    """Resolved properties, and the dotted paths of those that are secret."""

    plain: dict[str, Any]
    secrets: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Registered:
    """One resource as the engine was asked to register it.

    Attributes:
        parent: name of the parent; the stack's own resources have the stack's name here.
        provider: URN of the explicit provider, empty for the default one.
        options: the resource options that are set, under the engine's names.
        outputs: what a component registered as its outputs; None for other resources.
    """

    type: str
    name: str
    urn: str
    parent: str
    provider: str
    inputs: Values
    options: dict[str, Any]
    outputs: Values | None


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """Everything that a program asked of the engine, sorted by type and name."""

    resources: tuple[Registered, ...]
    exports: Values

    def one(self, type_: str, name: str | None = None) -> Registered:
        """The only resource of this type (and name)."""
        found = [r for r in self.resources if r.type == type_ and name in {None, r.name}]
        assert len(found) == 1, f"{len(found)} resources of type {type_}, name {name or 'any'}"
        return found[0]


class _Monitor(mocks.MockMonitor):
    """Pulumi's mock engine; it keeps the whole requests, which mocks themselves never see."""

    def __init__(self, cloud: MockCloud) -> None:
        super().__init__(cloud)
        self.requests: dict[str, RegisterResourceRequest] = {}
        self.outputs: dict[str, Struct] = {}

    def RegisterResource(self, request: RegisterResourceRequest) -> Any:  # noqa: N802 - gRPC's
        response = super().RegisterResource(request)  # type: ignore[no-untyped-call]  # pulumi's
        assert response.urn not in self.requests, f"registered twice: {response.urn}"
        self.requests[response.urn] = request
        return response

    def RegisterResourceOutputs(self, request: RegisterResourceOutputsRequest) -> Any:  # noqa: N802
        self.outputs[request.urn] = request.outputs
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]  # pulumi's

    def deployment(self) -> Deployment:
        stack = next(urn for urn, asked in self.requests.items() if asked.type == STACK_TYPE)
        resources = [
            Registered(
                type=asked.type,
                name=asked.name,
                urn=urn,
                parent=asked.parent.rpartition("::")[2],
                provider=asked.provider.rpartition("::")[0],
                inputs=_values(asked.object),
                options=_options(asked),
                outputs=_values(self.outputs[urn]) if urn in self.outputs else None,
            )
            for urn, asked in self.requests.items()
            if urn != stack
        ]
        return Deployment(
            resources=tuple(sorted(resources, key=lambda found: (found.type, found.name))),
            exports=_values(self.outputs[stack]),
        )


_pending_checks: ContextVar[list[str]] = ContextVar("pending_checks")


def check(output: pulumi.Output[T], assertion: Callable[[T], None]) -> None:
    """Run an assertion on an Output; :func:`deploy` fails if it never ran."""
    pending, label = _pending_checks.get(), getattr(assertion, "__name__", repr(assertion))
    pending.append(label)

    def run(value: T) -> None:
        assertion(value)
        pending.remove(label)

    output.apply(run)


def deploy(
    program: Callable[[], object],
    *,
    config: Mapping[str, str] | None = None,
    stack: str = "dev",
    cloud: MockCloud | None = None,
) -> Deployment:
    """Run a program to its end, with everything it started.

    Args:
        config: full configuration keys to raw values.
        cloud: answers the program; a mock cloud of its own unless given.

    Raises:
        AssertionError: a :func:`check` never ran.
        Exception: whatever the program or an Output's function raised.
    """
    return copy_context().run(_deploy, program, config or {}, stack, cloud or MockCloud())


def _deploy(
    program: Callable[[], object], config: Mapping[str, str], stack: str, cloud: MockCloud
) -> Deployment:
    monitor = _Monitor(cloud)
    checks: list[str] = []
    _pending_checks.set(checks)
    set_all_config(dict(config))
    settings.configure(
        mocks.MockSettings(  # type: ignore[no-untyped-call]  # pulumi's
            monitor=monitor,
            engine=mocks.MockEngine(None),
            project=PROJECT,
            stack=stack,
            dry_run=cloud.preview,
            organization=None,
            outputs=deque(),  # else what a failed program leaves there fails the next one
        )
    )

    def run() -> None:
        program()

    with asyncio.Runner() as runner:
        runner.run(run_in_stack(run), context=copy_context())
    assert not checks, f"checks that never ran: {checks}"
    return monitor.deployment()


def _options(asked: RegisterResourceRequest) -> dict[str, Any]:
    options = {name: getattr(asked, name) for name in _OPTIONS if getattr(asked, name)}
    return {
        name: value if isinstance(value, bool | str) else list(value)
        for name, value in options.items()
    }


def _values(struct: Struct) -> Values:
    secrets: set[str] = set()
    plain = _plain(MessageToDict(struct), "", secrets)
    return Values(plain=plain, secrets=frozenset(secrets))


def _plain(value: Any, path: str, secrets: set[str]) -> Any:
    """The value without the wire's wrappings; paths of secrets go into ``secrets``."""
    if isinstance(value, list):
        return [_plain(item, f"{path}[{index}]", secrets) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    match value.get(rpc._special_sig_key):
        case None:
            dot = "." if path else ""
            return {key: _plain(item, f"{path}{dot}{key}", secrets) for key, item in value.items()}
        case rpc._special_secret_sig:
            secrets.add(path)
            return _plain(value["value"], path, secrets)
        case rpc._special_asset_sig:
            return f"file {value['path']}"
        case signature:
            raise AssertionError(f"{path}: a value of an unexpected kind, {signature}")
