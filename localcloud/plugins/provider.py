"""What a package's provider has to do, in plain values; the engine's protocol is not seen here."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field

from localcloud.plugins.diff import Diff
from localcloud.plugins.properties import Properties


class ProviderError(Exception):
    """A refusal. The message says what was refused and why, in the cloud's own words."""


class MissingError(ProviderError):
    """The cloud has no such object."""


class OperationFailedError(ProviderError):
    """The cloud took the request, but the operation that it started did not succeed."""


class HalfCreatedError(ProviderError):
    """The resource exists, but did not become usable: it has to stay in the stack's state."""

    def __init__(self, message: str, state: State) -> None:
        super().__init__(message)
        self.state = state


@dataclass(frozen=True)
class Resource:
    """A resource as the program declares it.

    Attributes:
        type: type token, e.g. ``azure-native:storage:StorageAccount``.
        name: the program's own name of it.
    """

    type: str
    name: str


@dataclass(frozen=True)
class Checked:
    """Inputs with defaults filled in, and a reason for each that can't be accepted."""

    inputs: Properties
    failures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """A resource as the cloud has it."""

    id: str
    outputs: Properties


@dataclass(frozen=True)
class Found:
    """What a look at the cloud brought: the state, and the inputs that would lead to it."""

    inputs: Properties
    state: State


class Provider(ABC):
    """One package. All inputs come without secret marks; outputs may carry some.

    Methods raise ProviderError when they refuse. Calls come from many threads at once.

    Attributes:
        distribution: the Python distribution of the package's SDK.
    """

    distribution: str

    @abstractmethod
    def configure(self, config: Properties) -> None:
        """Take the provider's configuration. Talks to nobody yet."""

    @abstractmethod
    def check(self, resource: Resource, old: Properties, new: Properties, seed: bytes) -> Checked:
        """Fill in defaults. ``old`` are the inputs of the last deployment, if any."""

    @abstractmethod
    def diff(self, resource: Resource, old: Properties, new: Properties) -> Diff:
        """Compare inputs, without asking the cloud."""

    @abstractmethod
    def create(self, resource: Resource, inputs: Properties, timeout_seconds: float) -> State:
        """Make the resource; return when it is usable."""

    @abstractmethod
    def read(self, resource: Resource, last: State, inputs: Properties) -> Found | None:
        """Look at the resource; None if it is gone. ``inputs`` is empty for an import."""

    @abstractmethod
    def update(
        self, resource: Resource, last: State, inputs: Properties, timeout_seconds: float
    ) -> Properties:
        """Change the resource in place; return its new outputs."""

    @abstractmethod
    def delete(self, resource: Resource, last: State, timeout_seconds: float) -> None:
        """Delete the resource; one that is gone already is no error."""

    @abstractmethod
    def invoke(self, function: str, arguments: Properties) -> Properties:
        """Call a function of the package."""
