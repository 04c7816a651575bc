"""The container registry of the Azure ML workspace.

No admin user: whoever pulls or pushes signs in with an identity.
"""

from __future__ import annotations

from dataclasses import dataclass

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_azure_native import containerregistry

from infra.site import Site


@dataclass(frozen=True, kw_only=True)
class ContainerRegistryArgs:
    """Settings of :class:`ContainerRegistry`."""

    site: Site


class ContainerRegistry(ComponentResource):
    """Container registry for the images of the Azure ML workspace."""

    registry_id: Output[str]
    """ARM id of the registry."""

    def __init__(
        self, name: str, args: ContainerRegistryArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("dataopsml:infra:ContainerRegistry", name, None, opts)

        registry = containerregistry.Registry(
            f"{name}-acr",
            registry_name=args.site.names.container_registry,
            resource_group_name=args.site.resource_group_name,
            location=args.site.location,
            sku=containerregistry.SkuArgs(name=containerregistry.SkuName.BASIC),
            admin_user_enabled=False,
            opts=ResourceOptions(parent=self),
        )

        self.registry_id = registry.id
        self.register_outputs({"registry_id": self.registry_id})
