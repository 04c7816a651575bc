"""Which vendor model describes which resource type."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a resource type's shape comes from.

    Attributes:
        type_name: the resource type, e.g. ``Microsoft.Storage/storageAccounts``.
        package: distribution whose version is recorded.
        module: Python module with the models.
        put: model of a PUT's body.
        get: model of the answer, where it is another one.
        patch: model of a PATCH's body, where it is another one.
        excluded: Python names of arguments that are part of the address, not of the body.
    """

    type_name: str
    package: str
    module: str
    put: str
    get: str = ""
    patch: str = ""
    excluded: tuple[str, ...] = ()


_NETWORK = ("azure-mgmt-network", "azure.mgmt.network.models")
_STORAGE = ("azure-mgmt-storage", "azure.mgmt.storage.models")
_MSI = ("azure-mgmt-msi", "azure.mgmt.msi.v2024_11_30.models")
_AZURE_NATIVE = "pulumi_azure_native"


def _network(type_name: str, model: str) -> Source:
    package, module = _NETWORK
    name = f"Microsoft.Network/{type_name}"
    patch = "" if "/" in type_name else "TagsObject"
    return Source(type_name=name, package=package, module=module, put=model, patch=patch)


def _machine_learning(type_name: str, resource: str, *excluded: str) -> Source:
    return Source(
        type_name=f"Microsoft.MachineLearningServices/{type_name}",
        package=_AZURE_NATIVE,
        module="pulumi_azure_native.machinelearningservices",
        put=resource,
        excluded=("resource_group_name", "workspace_name", *excluded),
    )


SOURCES = (
    Source(
        type_name="Microsoft.Resources/resourceGroups",
        package="azure-mgmt-resource",
        module="azure.mgmt.resource.resources.v2025_04_01.models",
        put="ResourceGroup",
        patch="ResourceGroupPatchable",
    ),
    _network("networkSecurityGroups", "NetworkSecurityGroup"),
    _network("networkSecurityGroups/securityRules", "SecurityRule"),
    _network("publicIPAddresses", "PublicIPAddress"),
    _network("natGateways", "NatGateway"),
    _network("virtualNetworks", "VirtualNetwork"),
    _network("virtualNetworks/subnets", "Subnet"),
    Source(
        type_name="Microsoft.OperationalInsights/workspaces",
        package="azure-mgmt-loganalytics",
        module="azure.mgmt.loganalytics.models",
        put="Workspace",
        patch="WorkspacePatch",
    ),
    Source(
        type_name="Microsoft.Insights/components",
        package="azure-mgmt-applicationinsights",
        module="azure.mgmt.applicationinsights.v2020_02_02.models",
        put="ApplicationInsightsComponent",
        patch="TagsResource",
    ),
    Source(
        type_name="Microsoft.KeyVault/vaults",
        package="azure-mgmt-keyvault",
        module="azure.mgmt.keyvault.v2024_11_01.models",
        put="VaultCreateOrUpdateParameters",
        get="Vault",
        patch="VaultPatchParameters",
    ),
    Source(
        type_name="Microsoft.KeyVault/vaults/keys",
        package="azure-mgmt-keyvault",
        module="azure.mgmt.keyvault.v2024_11_01.models",
        put="KeyCreateParameters",
        get="Key",
    ),
    Source(
        type_name="Microsoft.Storage/storageAccounts",
        package=_STORAGE[0],
        module=_STORAGE[1],
        put="StorageAccountCreateParameters",
        get="StorageAccount",
        patch="StorageAccountUpdateParameters",
    ),
    Source(
        type_name="Microsoft.Storage/storageAccounts/blobServices",
        package=_STORAGE[0],
        module=_STORAGE[1],
        put="BlobServiceProperties",
    ),
    Source(
        type_name="Microsoft.Storage/storageAccounts/blobServices/containers",
        package=_STORAGE[0],
        module=_STORAGE[1],
        put="BlobContainer",
    ),
    Source(
        type_name="Microsoft.ContainerRegistry/registries",
        package="azure-mgmt-containerregistry",
        module="azure.mgmt.containerregistry.v2023_01_01_preview.models",
        put="Registry",
        patch="RegistryUpdateParameters",
    ),
    _machine_learning("workspaces", "Workspace"),
    _machine_learning("workspaces/computes", "Compute", "compute_name"),
    _machine_learning("workspaces/datastores", "Datastore", "name", "skip_validation"),
    Source(
        type_name="Microsoft.Databricks/workspaces",
        package="azure-mgmt-databricks",
        module="azure.mgmt.databricks.models",
        put="Workspace",
        patch="WorkspaceUpdate",
    ),
    Source(
        type_name="Microsoft.Authorization/roleAssignments",
        package="azure-mgmt-authorization",
        module="azure.mgmt.authorization.v2022_04_01.models",
        put="RoleAssignmentCreateParameters",
        get="RoleAssignment",
    ),
    Source(
        type_name="Microsoft.ManagedIdentity/userAssignedIdentities",
        package=_MSI[0],
        module=_MSI[1],
        put="Identity",
        patch="IdentityUpdate",
    ),
    Source(
        type_name="Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
        package=_MSI[0],
        module=_MSI[1],
        put="FederatedIdentityCredential",
    ),
)

SUPPORTED_VARIANTS = frozenset({"Databricks", "AzureBlob", "AccountKey", "Sas", "None"})
"""Kinds of a discriminated model that localcloud serves; others are left out of the schema."""
