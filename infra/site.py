"""The resource group, and what every other component has to know about its surroundings."""

from __future__ import annotations

from dataclasses import dataclass

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_azure_native import authorization, resources

from infra.naming import ResourceNames


@dataclass(frozen=True, kw_only=True)
class SiteArgs:
    """Settings of :class:`Site`."""

    location: str
    """Azure region in its short form."""
    names: ResourceNames


class Site(ComponentResource):
    """Where the other components' resources go and what they are called."""

    subscription_id: Output[str]
    """Azure subscription (GUID) that the deployer is signed in to."""

    tenant_id: Output[str]
    """Entra tenant (GUID) of that subscription."""

    resource_group_name: Output[str]
    """The one resource group that the program makes."""

    location: str
    names: ResourceNames

    def __init__(self, name: str, args: SiteArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("dataopsml:infra:Site", name, None, opts)

        client = authorization.get_client_config_output()
        group = resources.ResourceGroup(
            f"{name}-group",
            resource_group_name=args.names.resource_group,
            location=args.location,
            opts=ResourceOptions(parent=self),
        )

        self.location, self.names = args.location, args.names
        self.subscription_id = client.subscription_id
        self.tenant_id = client.tenant_id
        self.resource_group_name = group.name
        self.register_outputs(
            {
                "subscription_id": self.subscription_id,
                "tenant_id": self.tenant_id,
                "resource_group_name": self.resource_group_name,
            }
        )
