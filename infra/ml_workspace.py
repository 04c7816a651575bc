"""The Azure Machine Learning workspace and what it can't do without.

Log Analytics with Application Insights, a key vault and the default storage account. It
grants no roles: the service gives the workspace's own identity what it needs on these.
"""

from __future__ import annotations

from dataclasses import dataclass

from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_azure_native import (
    applicationinsights,
    keyvault,
    machinelearningservices,
    operationalinsights,
)

from infra.container_registry import ContainerRegistry
from infra.plans import MlOptions
from infra.site import Site
from infra.storage_account import secure_storage_account

_AUTH_MODES = {
    True: machinelearningservices.SystemDatastoresAuthMode.IDENTITY,
    False: machinelearningservices.SystemDatastoresAuthMode.ACCESS_KEY,
}
_PUBLIC_ACCESS = {
    True: machinelearningservices.PublicNetworkAccessType.ENABLED,
    False: machinelearningservices.PublicNetworkAccessType.DISABLED,
}


@dataclass(frozen=True, kw_only=True)
class MlWorkspaceArgs:
    """Settings of :class:`MlWorkspace`."""

    site: Site
    registry: ContainerRegistry
    """For the workspace's images."""
    options: MlOptions


class MlWorkspace(ComponentResource):
    """Azure ML workspace with its key vault, storage and monitoring."""

    workspace_id: Output[str]
    """ARM id of the workspace."""

    workspace_name: Output[str]
    """Name of the workspace in its resource group."""

    def __init__(
        self, name: str, args: MlWorkspaceArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("dataopsml:infra:MlWorkspace", name, None, opts)
        site, options = args.site, args.options

        logs = operationalinsights.Workspace(
            f"{name}-logs",
            workspace_name=site.names.log_analytics,
            resource_group_name=site.resource_group_name,
            location=site.location,
            sku=operationalinsights.WorkspaceSkuArgs(
                name=operationalinsights.WorkspaceSkuNameEnum.PER_GB2018
            ),
            retention_in_days=options.log_retention_days,
            opts=ResourceOptions(parent=self),
        )
        insights = applicationinsights.Component(
            f"{name}-insights",
            resource_name_=site.names.application_insights,
            resource_group_name=site.resource_group_name,
            location=site.location,
            kind="web",
            application_type=applicationinsights.ApplicationType.WEB,
            ingestion_mode=applicationinsights.IngestionMode.LOG_ANALYTICS,
            workspace_resource_id=logs.id,
            opts=ResourceOptions(parent=self),
        )
        vault = keyvault.Vault(
            f"{name}-vault",
            vault_name=site.names.key_vault,
            resource_group_name=site.resource_group_name,
            location=site.location,
            properties=keyvault.VaultPropertiesArgs(
                tenant_id=site.tenant_id,
                sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
                enable_rbac_authorization=True,
                soft_delete_retention_in_days=options.vault_recovery_days,
                # Azure refuses false: what is off is left out.
                enable_purge_protection=options.vault_purge_protection or None,
            ),
            opts=ResourceOptions(parent=self),
        )
        account = secure_storage_account(
            f"{name}-storage",
            account_name=site.names.ml_storage_account,
            recovery_days=options.blob_recovery_days,
            site=site,
            parent=self,
        )
        workspace = machinelearningservices.Workspace(
            f"{name}-aml",
            workspace_name=site.names.ml_workspace,
            resource_group_name=site.resource_group_name,
            location=site.location,
            identity=machinelearningservices.ManagedServiceIdentityArgs(
                type=machinelearningservices.ManagedServiceIdentityType.SYSTEM_ASSIGNED
            ),
            application_insights=insights.id,
            container_registry=args.registry.registry_id,
            key_vault=vault.id,
            storage_account=account.id,
            system_datastores_auth_mode=_AUTH_MODES[options.default_datastores_by_identity],
            public_network_access=_PUBLIC_ACCESS[options.public_access],
            v1_legacy_mode=False,
            opts=ResourceOptions(parent=self),
        )

        self.workspace_id = workspace.id
        self.workspace_name = workspace.name
        self.register_outputs(
            {"workspace_id": self.workspace_id, "workspace_name": self.workspace_name}
        )
