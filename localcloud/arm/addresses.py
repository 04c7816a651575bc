"""Paths of Azure Resource Manager: which resource, collection or action a request is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

RESOURCES = "Microsoft.Resources"
"""Namespace of what has no ``/providers/`` in its path: resource groups and the like."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where a request points. As many names as types: a resource; one type more: a collection.

    Attributes:
        scope: path of what it belongs to: a subscription, a group or, for a resource that
            extends another (a role assignment), that resource.
        namespace: provider namespace, e.g. ``Microsoft.Storage``.
        types: type segments, e.g. ``("storageAccounts", "blobServices")``.
        names: name segments.
    """

    scope: str
    namespace: str
    types: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @classmethod
    def parse(cls, path: str) -> Address:
        """Read a path; case and a trailing slash don't matter."""
        path = "/" + path.strip("/")
        extended = re.fullmatch(r"(.*)/providers/(.+)", path, re.IGNORECASE)
        if extended is not None:
            segments = extended[2].split("/")
            return cls(
                scope=extended[1],
                namespace=segments[0],
                types=tuple(segments[1::2]),
                names=tuple(segments[2::2]),
            )
        segments = path.strip("/").split("/")
        scope, rest = "/" + "/".join(segments[:2]), segments[2:]
        types, names = tuple(rest[::2]), tuple(rest[1::2])
        return cls(scope=scope, namespace=RESOURCES, types=types, names=names)

    @property
    def is_resource(self) -> bool:
        """Whether it names one resource."""
        return len(self.names) == len(self.types) > 0

    @property
    def type_name(self) -> str:
        """Type with its namespace, in the request's own case."""
        return "/".join((self.namespace, *self.types))

    @property
    def name(self) -> str:
        """Last name segment; empty for a collection at the top."""
        return self.names[-1] if self.names else ""

    @property
    def subscription(self) -> str:
        """Subscription id in the path; empty if there is none."""
        return _segment(self.scope, "subscriptions")

    @property
    def group(self) -> str:
        """Resource group that it is in; empty if it is in none."""
        return _segment(self.scope, "resourcegroups")

    @property
    def parent(self) -> Address | None:
        """The resource that it is nested in; for a collection the one whose children it holds."""
        if len(self.types) < 2:
            return None
        return replace(self, types=self.types[:-1], names=self.names[: len(self.types) - 1])

    @property
    def root(self) -> Address:
        """The outermost resource of its namespace: writes within one take turns."""
        return replace(self, types=self.types[:1], names=self.names[:1])

    @property
    def id(self) -> str:
        """The path, with ``/providers/`` where the namespace has it."""
        pairs = [part for pair in zip(self.types, self.names, strict=False) for part in pair]
        middle = [] if self.namespace == RESOURCES else ["providers", self.namespace]
        return "/".join((self.scope, *middle, *pairs))

    @property
    def key(self) -> str:
        """The id as the store's key: ids are compared without regard to case."""
        return self.id.lower()

    def child(self, type_segment: str, name: str) -> Address:
        """A resource nested in this one."""
        return replace(self, types=(*self.types, type_segment), names=(*self.names, name))


def _segment(path: str, kind: str) -> str:
    segments = path.strip("/").split("/")
    for index in range(0, len(segments) - 1, 2):
        if segments[index].lower() == kind:
            return segments[index + 1]
    return ""
