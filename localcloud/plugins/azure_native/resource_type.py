"""What the plugin knows about one resource type, and how its inputs lie in an ARM request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


def words(text: str) -> frozenset[str]:
    """Names that are written one after the other."""
    return frozenset(text.split())


ENVELOPE = words(
    "location tags sku kind identity zones plan extendedLocation managedBy etag name type"
)
"""Keys that ARM has beside ``properties``, and not in it."""

COMPUTED = words("name type etag azureApiVersion systemData provisioningState")
"""Outputs that no type takes as input."""


@dataclass(frozen=True, kw_only=True)
class ResourceType:
    """One type.

    Attributes:
        path: ARM id with placeholders named as the inputs that fill them.
        api_version: version of the ARM API.
        flat: inputs other than the envelope's lie in ``properties``, which is no input itself.
        flat_answer: outputs other than the envelope's are named one by one although the inputs
            are not.
        located: the type has a ``location``, filled in where the program gives none.
        wire_names: ARM's name for an input, where it differs.
        in_properties: envelope keys that this type has in ``properties`` all the same.
        nested: dotted names of inputs whose items keep their own fields in ``properties``.
        query: inputs that go into the query.
        computed: dotted names of outputs that are no inputs.
        create_only: dotted names of inputs that can't be changed later.
        kept: inputs that other resources fill too: left alone where the program is silent.
        data_plane: the resource lies in the service's data, and not in ARM.
    """

    path: str
    api_version: str
    flat: bool = True
    flat_answer: bool = False
    located: bool = True
    wire_names: Mapping[str, str] = field(default_factory=dict)
    in_properties: frozenset[str] = frozenset()
    nested: frozenset[str] = frozenset()
    query: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    create_only: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    data_plane: bool = False

    @property
    def path_inputs(self) -> tuple[str, ...]:
        """Inputs that make up the id, outermost first."""
        return tuple(name for name in re.findall(r"{(\w+)}", self.path) if name != "subscriptionId")

    @property
    def name_input(self) -> str:
        """The input with the resource's own name."""
        return self.path_inputs[-1]

    @property
    def is_nested(self) -> bool:
        """Whether the resource lives in another one that is not its resource group."""
        return len(self.path_inputs) > 2
