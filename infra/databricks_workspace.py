"""The Databricks workspace and the only provider that may act on it.

Everything inside the workspace is another component's, and takes its options from
:meth:`DatabricksWorkspace.inside`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pulumi_databricks
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi.runtime import is_dry_run
from pulumi_azure_native import databricks

from infra.network import Network
from infra.plans import DatabricksAccess
from infra.readiness import asker, is_young, wait_until_ready
from infra.site import Site

RETRY_TIMEOUT_SECONDS = 900
"""How long the provider repeats a call that a young workspace does not answer yet."""


@dataclass(frozen=True, kw_only=True)
class DatabricksWorkspaceArgs:
    """Settings of :class:`DatabricksWorkspace`."""

    site: Site
    network: Network
    access: DatabricksAccess


class DatabricksWorkspace(ComponentResource):
    """Premium Databricks workspace inside the project's own network."""

    workspace_id: Output[str]
    """ARM id of the workspace."""

    url: Output[str]
    """Address of the workspace with scheme, without trailing slash."""

    provider: pulumi_databricks.Provider
    """The provider of every resource in this workspace. There must be no other."""

    workspace: databricks.Workspace
    """The workspace itself."""

    def __init__(
        self, name: str, args: DatabricksWorkspaceArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("dataopsml:infra:DatabricksWorkspace", name, None, opts)
        site = args.site

        self.workspace = databricks.Workspace(
            f"{name}-dbricks",
            workspace_name=site.names.databricks_workspace,
            resource_group_name=site.resource_group_name,
            location=site.location,
            sku=databricks.SkuArgs(name="premium"),
            compute_mode=databricks.ComputeMode.HYBRID,
            managed_resource_group_id=Output.format(
                "/subscriptions/{0}/resourceGroups/{1}",
                site.subscription_id,
                site.names.databricks_resource_group,
            ),
            parameters=databricks.WorkspaceCustomParametersArgs(
                custom_virtual_network_id=_text(args.network.vnet_id),
                custom_public_subnet_name=_text(args.network.public_subnet_name),
                custom_private_subnet_name=_text(args.network.private_subnet_name),
                enable_no_public_ip=databricks.WorkspaceNoPublicIPBooleanParameterArgs(value=True),
            ),
            # Azure fixes the mode at creation, which the provider does not know.
            opts=ResourceOptions(
                parent=self, replace_on_changes=["computeMode"], delete_before_replace=True
            ),
        )
        self.workspace_id = self.workspace.id
        self.url = Output.format("https://{0}", self.workspace.workspace_url)
        self.provider = pulumi_databricks.Provider(
            f"{name}-provider",
            host=self._ready_url(args),
            azure_workspace_resource_id=self.workspace_id,
            auth_type=args.access.auth_type,
            # Naming the type alone does not turn the managed identity on.
            azure_use_msi=args.access.auth_type == "azure-msi",
            retry_timeout_seconds=RETRY_TIMEOUT_SECONDS,
            opts=ResourceOptions(parent=self),
        )

        self.register_outputs({"workspace_id": self.workspace_id, "url": self.url})

    def inside(
        self,
        parent: Resource,
        *,
        delete_before_replace: bool | None = None,
        retain_on_delete: bool | None = None,
    ) -> ResourceOptions:
        """Options of a resource that lies in this workspace.

        It goes with the workspace and comes anew with a new one. Otherwise the engine would take
        the provider's new address for a change in place, of what the new workspace does not have.
        """
        return ResourceOptions(
            parent=parent,
            provider=self.provider,
            deleted_with=self.workspace,
            replace_with=[self.workspace],
            delete_before_replace=delete_before_replace,
            retain_on_delete=retain_on_delete,
        )

    def _ready_url(self, args: DatabricksWorkspaceArgs) -> Output[str]:
        """The address, once a new workspace answers well: all in it waits for the provider."""

        async def wait(known: list[str]) -> str:
            url, resource_id, created = known
            if is_dry_run() or not is_young(created, datetime.now(UTC)):
                return url
            ask = asker(url, resource_id, args.access.auth_type)
            return await wait_until_ready(url, ask, args.access)

        return Output.all(self.url, self.workspace_id, self.workspace.created_date_time).apply(wait)


def _text(value: Input[str]) -> databricks.WorkspaceCustomStringParameterArgs:
    return databricks.WorkspaceCustomStringParameterArgs(value=value)
