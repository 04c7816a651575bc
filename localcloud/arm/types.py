"""What the engine knows about a resource type: data, with the special parts as a behavior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from localcloud.arm.behavior import Action, Behavior
from localcloud.arm.naming import NameRule
from localcloud.arm.soft_delete import SoftDelete


class Polling(Enum):
    """How a client follows a long-running operation."""

    ASYNC_OPERATION = "Azure-AsyncOperation"
    LOCATION = "Location"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """The refusal of a name that someone else has: such names are unique in the whole cloud."""

    code: str
    message: str


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """One resource type.

    Attributes:
        name: e.g. ``Microsoft.Storage/storageAccounts``.
        api_versions: accepted API versions. They share one shape, that of the schema.
        naming: what its names must look like.
        behavior: what is special about it.
        actions: what a POST on a resource can ask for, by name.
        create_only: dotted paths that can't change once the resource exists.
        secrets: dotted paths that are stored apart and that no GET shows.
        taken: set if names are unique in the whole cloud.
        created_status: status of the answer that a new resource gets.
        slow_create: set if creation takes its time: how a client follows it.
        slow_delete: the same for deletion.
        soft_delete: set if a deleted resource keeps its name for a while.
        extends: whether it can be put on any other resource.
        stored: False if another server keeps the resources: no transaction covers them.
        needs_location: whether a new resource must say where it is to be.
    """

    name: str
    api_versions: frozenset[str]
    naming: NameRule
    behavior: Behavior = field(default_factory=Behavior)
    actions: Mapping[str, Action] = field(default_factory=dict)
    create_only: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    taken: Taken | None = None
    created_status: int = 201
    slow_create: Polling | None = None
    slow_delete: Polling | None = None
    soft_delete: SoftDelete | None = None
    extends: bool = False
    stored: bool = True
    needs_location: bool = False

    @property
    def namespace(self) -> str:
        """Provider namespace."""
        return self.name.split("/")[0]

    @property
    def segments(self) -> tuple[str, ...]:
        """Type segments in their own case."""
        return tuple(self.name.split("/")[1:])
