"""A request to the engine and its answer, without HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from localcloud.arm.addresses import Address
from localcloud.arm.types import Polling
from localcloud.store import JsonObject


@dataclass(frozen=True, kw_only=True)
class Call:
    """A request on a resource or a collection."""

    address: Address
    query: Mapping[str, str]
    body: JsonObject = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def api_version(self) -> str:
        """The API version that the client asks for; empty if none."""
        return self.query.get("api-version", "")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What to answer.

    Attributes:
        operation: id of the operation that goes on in the background, if any.
        polling: how the client follows it.
        namespace: provider namespace, for the operation's address.
        location: the region, for the same.
    """

    status: int
    body: JsonObject | None = None
    operation: str = ""
    polling: Polling | None = None
    namespace: str = ""
    location: str = ""
