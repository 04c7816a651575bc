"""What a resource type can add to the engine's common handling: the base of all providers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from localcloud.arm.addresses import Address
from localcloud.arm.resources import Resources
from localcloud.arm.soft_delete import DeletedResources
from localcloud.cloud import Cloud
from localcloud.store import JsonObject


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a provider may use."""

    cloud: Cloud
    resources: Resources
    deleted: DeletedResources


@dataclass(frozen=True, kw_only=True)
class Change:
    """A PUT or PATCH whose body has the right shape.

    Attributes:
        address: the resource.
        before: the resource as it is; None if it is to be made.
        resource: the resource as it will be; a provider completes it in place.
        secrets: values of the body that no GET shows, by name; a provider may add more.
        query: parameters of the request.
    """

    address: Address
    before: JsonObject | None
    resource: JsonObject
    secrets: JsonObject = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)

    @property
    def properties(self) -> JsonObject:
        """The resource's properties as they will be."""
        properties: JsonObject = self.resource.setdefault("properties", {})
        return properties

    def keep(self, name: str, make: Callable[[], str]) -> str:
        """Set a property once: what it was before, else a new value."""
        before = (self.before or {}).get("properties", {}).get(name)
        value: str = before if before is not None else make()
        self.properties[name] = value
        return value


Action = Callable[[Context, JsonObject, JsonObject], JsonObject]
"""A POST on a resource: (context, resource, body) to the answer."""


class Behavior:
    """The common behavior: a document in the store, no rules and no side effects of its own."""

    def check(self, context: Context, change: Change) -> None:
        """Refuse a change with CloudError. Nothing was written yet."""

    def complete(self, context: Context, change: Change) -> None:
        """Fill in what the service itself decides: defaults, read-only properties."""

    def provision(self, context: Context, change: Change) -> None:
        """Make the change happen outside the store. May be slow; may raise CloudError."""

    def check_delete(self, context: Context, resource: JsonObject) -> None:
        """Refuse a deletion with CloudError."""

    def deprovision(self, context: Context, resource: JsonObject) -> None:
        """Remove what :meth:`provision` made. Must work on what was half made."""

    def read(self, context: Context, address: Address) -> JsonObject | None:
        """The resource; None if there is none."""
        return context.resources.get(address.id)

    def list(
        self, context: Context, prefix: str, type_name: str, query: Mapping[str, str]
    ) -> list[JsonObject]:
        """The resources of this type below a path."""
        return context.resources.list(prefix, type_name)

    def write(self, context: Context, resource: JsonObject) -> None:
        """Store the resource."""
        context.resources.put(resource)

    def remove(self, context: Context, resource: JsonObject) -> None:
        """Forget the resource."""
        context.resources.delete(resource["id"])
