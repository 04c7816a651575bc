"""The resource types that the plugin knows.

Paths, API versions and what can't be changed are those of azure-native 3.24. Types that it has
and this table does not are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from localcloud.plugins.azure_native.resource_type import ResourceType, words
from localcloud.plugins.provider import ProviderError

GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
NETWORK = f"{GROUP}/providers/Microsoft.Network"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/{{accountName}}"
ML_WORKSPACE = f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/{{workspaceName}}"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{{resourceName}}"

_TOKEN = re.compile(r"azure-native:(\w+)(?:/v(\d{4})(\d\d)(\d\d)(\w*))?:(\w+)")

TYPES: Mapping[str, ResourceType] = {
    "resources:ResourceGroup": ResourceType(
        path=GROUP, api_version="2024-03-01", flat=False, computed=words("properties")
    ),
    "network:VirtualNetwork": ResourceType(
        path=f"{NETWORK}/virtualNetworks/{{virtualNetworkName}}",
        api_version="2024-05-01",
        nested=words("subnets subnets.delegations virtualNetworkPeerings"),
        computed=words(
            "flowLogs resourceGuid subnets.id subnets.etag subnets.type subnets.provisioningState "
            "subnets.purpose subnets.delegations.id subnets.delegations.etag "
            "subnets.delegations.type subnets.delegations.provisioningState "
            "subnets.delegations.actions"
        ),
        kept=words("subnets virtualNetworkPeerings"),
    ),
    "network:Subnet": ResourceType(
        path=f"{NETWORK}/virtualNetworks/{{virtualNetworkName}}/subnets/{{subnetName}}",
        api_version="2024-05-01",
        located=False,
        nested=words("delegations"),
        computed=words(
            "ipConfigurationProfiles ipConfigurations privateEndpoints purpose "
            "resourceNavigationLinks serviceAssociationLinks delegations.id delegations.etag "
            "delegations.type delegations.provisioningState delegations.actions"
        ),
    ),
    "network:NetworkSecurityGroup": ResourceType(
        path=f"{NETWORK}/networkSecurityGroups/{{networkSecurityGroupName}}",
        api_version="2024-05-01",
        nested=words("securityRules"),
        computed=words(
            "defaultSecurityRules flowLogs networkInterfaces resourceGuid subnets "
            "securityRules.id securityRules.etag securityRules.type "
            "securityRules.provisioningState"
        ),
        kept=words("securityRules"),
    ),
    "network:NatGateway": ResourceType(
        path=f"{NETWORK}/natGateways/{{natGatewayName}}",
        api_version="2024-05-01",
        computed=words("resourceGuid subnets"),
    ),
    "network:PublicIPAddress": ResourceType(
        path=f"{NETWORK}/publicIPAddresses/{{publicIpAddressName}}",
        api_version="2024-05-01",
        computed=words("ipConfiguration resourceGuid"),
        create_only=words("publicIPAddressVersion publicIPPrefix sku"),
        kept=words("natGateway"),
    ),
    "operationalinsights:Workspace": ResourceType(
        path=f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/{{workspaceName}}",
        api_version="2023-09-01",
        in_properties=words("sku"),
        computed=words("createdDate customerId modifiedDate privateLinkScopedResources"),
    ),
    "applicationinsights:Component": ResourceType(
        path=f"{GROUP}/providers/Microsoft.Insights/components/{{resourceName}}",
        api_version="2020-02-02",
        wire_names={
            "applicationType": "Application_Type",
            "disableIpMasking": "DisableIpMasking",
            "disableLocalAuth": "DisableLocalAuth",
            "flowType": "Flow_Type",
            "forceCustomerStorageForProfiler": "ForceCustomerStorageForProfiler",
            "hockeyAppId": "HockeyAppId",
            "immediatePurgeDataOn30Days": "ImmediatePurgeDataOn30Days",
            "ingestionMode": "IngestionMode",
            "requestSource": "Request_Source",
            "retentionInDays": "RetentionInDays",
            "samplingPercentage": "SamplingPercentage",
            "workspaceResourceId": "WorkspaceResourceId",
            "appId": "AppId",
            "applicationId": "ApplicationId",
            "connectionString": "ConnectionString",
            "creationDate": "CreationDate",
            "hockeyAppToken": "HockeyAppToken",
            "instrumentationKey": "InstrumentationKey",
            "laMigrationDate": "LaMigrationDate",
            "name": "Name",
            "privateLinkScopedResources": "PrivateLinkScopedResources",
            "tenantId": "TenantId",
        },
        computed=words(
            "appId applicationId connectionString creationDate hockeyAppToken instrumentationKey "
            "laMigrationDate privateLinkScopedResources tenantId"
        ),
    ),
    "keyvault:Vault": ResourceType(
        path=f"{GROUP}/providers/Microsoft.KeyVault/vaults/{{vaultName}}",
        api_version="2024-11-01",
        flat=False,
        computed=words(
            "properties.hsmPoolResourceId properties.privateEndpointConnections "
            "properties.provisioningState"
        ),
    ),
    "keyvault:Key": ResourceType(
        path=f"{GROUP}/providers/Microsoft.KeyVault/vaults/{{vaultName}}/keys/{{keyName}}",
        api_version="2024-11-01",
        flat=False,
        located=False,
        flat_answer=True,
        wire_names={"releasePolicy": "release_policy"},
        computed=words(
            "attributes curveName keyOps keySize keyUri keyUriWithVersion kty location "
            "releasePolicy rotationPolicy"
        ),
    ),
    "storage:StorageAccount": ResourceType(
        path=ACCOUNT,
        api_version="2024-01-01",
        wire_names={
            "enableHttpsTrafficOnly": "supportsHttpsTrafficOnly",
            "enableNfsV3": "isNfsV3Enabled",
            "networkRuleSet": "networkAcls",
        },
        computed=words(
            "accountMigrationInProgress blobRestoreStatus creationTime failoverInProgress "
            "geoReplicationStats isSkuConversionBlocked keyCreationTime lastGeoFailoverTime "
            "primaryEndpoints primaryLocation privateEndpointConnections secondaryEndpoints "
            "secondaryLocation statusOfPrimary statusOfSecondary "
            "storageAccountSkuConversionStatus sku.tier identity.principalId identity.tenantId"
        ),
        create_only=words("isHnsEnabled enableNfsV3"),
    ),
    "storage:BlobServiceProperties": ResourceType(
        path=f"{ACCOUNT}/blobServices/{{blobServicesName}}",
        api_version="2024-01-01",
        located=False,
        computed=words("sku"),
    ),
    "storage:BlobContainer": ResourceType(
        path=f"{ACCOUNT}/blobServices/default/containers/{{containerName}}",
        api_version="2024-01-01",
        located=False,
        computed=words(
            "deleted deletedTime hasImmutabilityPolicy hasLegalHold immutabilityPolicy "
            "lastModifiedTime leaseDuration leaseState leaseStatus legalHold "
            "remainingRetentionDays version"
        ),
    ),
    "storage:Blob": ResourceType(
        path=f"{ACCOUNT}/blobServices/default/containers/{{containerName}}/blobs/{{blobName}}",
        api_version="2024-01-01",
        located=False,
        computed=words("url"),
        create_only=words("contentMd5 source type"),
        data_plane=True,
    ),
    "containerregistry:Registry": ResourceType(
        path=f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/{{registryName}}",
        api_version="2023-01-01-preview",
        computed=words(
            "creationDate dataEndpointHostNames loginServer privateEndpointConnections status "
            "sku.tier identity.principalId identity.tenantId"
        ),
    ),
    "machinelearningservices:Workspace": ResourceType(
        path=ML_WORKSPACE,
        api_version="2025-12-01",
        computed=words(
            "mlFlowTrackingUri notebookInfo privateEndpointConnections privateLinkCount "
            "serviceProvisionedResourceGroup storageHnsEnabled tenantId workspaceId "
            "identity.principalId identity.tenantId"
        ),
    ),
    "machinelearningservices:Compute": ResourceType(
        path=f"{ML_WORKSPACE}/computes/{{computeName}}",
        api_version="2025-12-01",
        flat=False,
        computed=words(
            "properties.createdOn properties.isAttachedCompute properties.modifiedOn "
            "properties.provisioningErrors properties.provisioningState "
            "identity.principalId identity.tenantId"
        ),
    ),
    "machinelearningservices:Datastore": ResourceType(
        path=f"{ML_WORKSPACE}/datastores/{{name}}",
        api_version="2025-12-01",
        flat=False,
        located=False,
        query=words("skipValidation"),
        computed=words("properties.isDefault"),
    ),
    "databricks:Workspace": ResourceType(
        path=f"{GROUP}/providers/Microsoft.Databricks/workspaces/{{workspaceName}}",
        api_version="2026-01-01",
        computed=words(
            "createdBy createdDateTime diskEncryptionSetId isUcEnabled managedDiskIdentity "
            "privateEndpointConnections storageAccountIdentity updatedBy workspaceId workspaceUrl"
        ),
    ),
    "authorization:RoleAssignment": ResourceType(
        path="/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        api_version="2022-04-01",
        located=False,
        computed=words("createdBy createdOn updatedBy updatedOn"),
        create_only=words("principalId"),
    ),
    "managedidentity:UserAssignedIdentity": ResourceType(
        path=IDENTITY, api_version="2023-01-31", computed=words("clientId principalId tenantId")
    ),
    "managedidentity:FederatedIdentityCredential": ResourceType(
        path=f"{IDENTITY}/federatedIdentityCredentials/{{federatedIdentityCredentialResourceName}}",
        api_version="2023-01-31",
        located=False,
    ),
}


def find_type(token: str) -> ResourceType:
    """The type of a token, with the API version that the token may carry.

    Raises:
        ProviderError: the token names no type that the plugin knows.
    """
    match = _TOKEN.fullmatch(token)
    known = TYPES.get(f"{match[1]}:{match[6]}") if match else None
    if match is None or known is None:
        raise ProviderError(f"Resource type '{token}' not found: localcloud does not emulate it")
    if not match[2]:
        return known
    suffix = f"-{match[5]}" if match[5] else ""
    version = f"{match[2]}-{match[3]}-{match[4]}{suffix}"
    return replace(known, api_version=version)
