"""What holds for every resource of the stack, whichever component declares it.

Stack transformations, registered once before the first component: tags on all that takes tags,
and protection of what holds data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi import ResourceTransformationArgs, ResourceTransformationResult
from pulumi.runtime import register_stack_transformation

TAG_INPUTS = ("tags", "custom_tags")
"""What resources call their tags; a type that takes none has no such input."""

HOLDS_DATA = frozenset(
    {
        "azure-native:databricks:Workspace",
        "azure-native:keyvault:Vault",
        "azure-native:machinelearningservices:Workspace",
        "azure-native:resources:ResourceGroup",
        "azure-native:storage:BlobContainer",
        "azure-native:storage:StorageAccount",
    }
)
"""Types that lose data when they are deleted. A group takes everything in it with it."""

RETAINED = frozenset({"azure-native:storage:Blob"})
"""Types that stay in the cloud when they leave the program: protected they could not change."""


def tag_everything(tags: Mapping[str, str]) -> None:
    """Give these tags to every resource that takes tags, beside those of its own."""

    def add_tags(args: ResourceTransformationArgs) -> ResourceTransformationResult | None:
        taken = [name for name in TAG_INPUTS if name in args.props]
        if not taken:
            return None
        props: dict[str, Any] = dict(args.props)
        for name in taken:
            props[name] = {**(props[name] or {}), **tags}
        return ResourceTransformationResult(props, args.opts)

    register_stack_transformation(add_tags)


def protect_data(*, protect: bool) -> None:
    """Whether the engine refuses to delete what holds data, and leaves blobs where they are."""

    def add_options(args: ResourceTransformationArgs) -> ResourceTransformationResult | None:
        if protect and args.type_ in HOLDS_DATA:
            args.opts.protect = True
        if protect and args.type_ in RETAINED:
            args.opts.retain_on_delete = True
        return ResourceTransformationResult(args.props, args.opts)

    register_stack_transformation(add_options)


def warn(sentence: str | None) -> None:
    """Have the engine show a warning, if there is one."""
    if sentence:
        pulumi.log.warn(sentence)
