"""Every type of the azure-native package goes through its life against the real ARM server."""

from __future__ import annotations

import hashlib
import uuid
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path

import pytest

from localcloud.plugins.azure_native.provider import AzureNativeProvider
from localcloud.plugins.diff import Diff
from localcloud.plugins.properties import Asset, Properties
from localcloud.plugins.provider import Found, ProviderError, Resource, State

pytestmark = pytest.mark.servers

TIMEOUT_SECONDS = 60.0
UNIQUE = uuid.uuid4().hex[:8]


def make(
    azure: AzureNativeProvider, module_and_type: str, inputs: Properties
) -> tuple[Resource, Properties, State]:
    """Check and create, as the engine does."""
    resource = Resource(f"azure-native:{module_and_type}", "it")
    checked = azure.check(resource, {}, inputs, b"seed")
    assert checked.failures == {}
    return resource, checked.inputs, azure.create(resource, checked.inputs, TIMEOUT_SECONDS)


def md5(content: bytes) -> str:
    """Digest of a blob as storage tells it."""
    return b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def account(azure: AzureNativeProvider, group: str, name: str) -> State:
    """A storage account."""
    inputs: Properties = {
        "resourceGroupName": group,
        "accountName": name,
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
    }
    return make(azure, "storage:StorageAccount", inputs)[2]


SIMPLE: Mapping[str, Properties] = {
    "network:NetworkSecurityGroup": {"networkSecurityGroupName": "nsg"},
    "network:PublicIPAddress": {
        "publicIpAddressName": "ip",
        "sku": {"name": "Standard"},
        "publicIPAllocationMethod": "Static",
    },
    "network:NatGateway": {"natGatewayName": "nat", "sku": {"name": "Standard"}},
    "network:VirtualNetwork": {
        "virtualNetworkName": "vnet",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [
            {
                "name": "one",
                "addressPrefix": "10.0.0.0/24",
                "delegations": [{"name": "dbx", "serviceName": "Microsoft.Databricks/workspaces"}],
            }
        ],
    },
    "operationalinsights:Workspace": {
        "workspaceName": f"log-{UNIQUE}",
        "sku": {"name": "PerGB2018"},
        "retentionInDays": 30,
    },
    "keyvault:Vault": {
        "vaultName": f"kv-{UNIQUE}",
        "properties": {
            "tenantId": "10ca1000-0000-4000-8000-000000000001",
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": True,
            "softDeleteRetentionInDays": 7,
        },
    },
    "storage:StorageAccount": {
        "accountName": f"st{UNIQUE}",
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        "enableHttpsTrafficOnly": True,
    },
    "containerregistry:Registry": {
        "registryName": f"acr{UNIQUE}",
        "sku": {"name": "Standard"},
        "adminUserEnabled": True,
    },
    "managedidentity:UserAssignedIdentity": {"resourceName": "identity"},
}
"""Types that need nothing but a resource group, and take tags."""


@pytest.mark.parametrize("module_and_type", SIMPLE)
def test_a_resource_is_created_read_updated_and_deleted(
    azure: AzureNativeProvider, group: str, module_and_type: str
) -> None:
    inputs: Properties = {"resourceGroupName": group, **SIMPLE[module_and_type]}
    resource, checked, state = make(azure, module_and_type, inputs)
    assert checked == {**inputs, "location": "westeurope"}
    assert azure.diff(resource, checked, checked) == Diff({})
    assert azure.read(resource, state, checked) == Found(checked, state)

    tagged: Properties = {**checked, "tags": {"owner": "me"}}
    outputs = azure.update(resource, state, tagged, TIMEOUT_SECONDS)
    assert outputs["tags"] == {"owner": "me"}
    assert azure.read(resource, State(state.id, outputs), tagged) == Found(
        tagged, State(state.id, outputs)
    )

    azure.delete(resource, state, TIMEOUT_SECONDS)
    assert azure.read(resource, state, tagged) is None
    azure.delete(resource, state, TIMEOUT_SECONDS)


def test_subnets_of_their_own_survive_a_change_of_their_network(
    azure: AzureNativeProvider, group: str
) -> None:
    network: Properties = {
        "resourceGroupName": group,
        "virtualNetworkName": "vnet",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
    }
    subnet: Properties = {
        "resourceGroupName": group,
        "virtualNetworkName": "vnet",
        "subnetName": "one",
        "addressPrefix": "10.0.0.0/24",
    }
    vnet, vnet_inputs, vnet_state = make(azure, "network:VirtualNetwork", network)
    child, child_inputs, child_state = make(azure, "network:Subnet", subnet)
    assert azure.read(vnet, vnet_state, vnet_inputs) == Found(vnet_inputs, vnet_state)

    azure.update(vnet, vnet_state, {**vnet_inputs, "tags": {"a": "b"}}, TIMEOUT_SECONDS)
    found = azure.read(child, child_state, child_inputs)
    assert found is not None
    assert found.inputs == child_inputs


def test_identities_and_their_roles_go_through_their_life(
    azure: AzureNativeProvider, group: str
) -> None:
    _, _, identity = make(
        azure,
        "managedidentity:UserAssignedIdentity",
        {"resourceGroupName": group, "resourceName": "identity"},
    )
    credential: Properties = {
        "resourceGroupName": group,
        "resourceName": "identity",
        "federatedIdentityCredentialResourceName": "github",
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": "repo:owner/name:environment:dev",
        "audiences": ["api://AzureADTokenExchange"],
    }
    subscription = identity.id.partition("/resourceGroups/")[0]
    contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c"
    role: Properties = {
        "scope": f"{subscription}/resourceGroups/{group}",
        "principalId": identity.outputs["principalId"],
        "principalType": "ServicePrincipal",
        "roleDefinitionId": (
            f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{contributor}"
        ),
    }
    for module_and_type, inputs in (
        ("managedidentity:FederatedIdentityCredential", credential),
        ("authorization:RoleAssignment", role),
    ):
        resource, checked, state = make(azure, module_and_type, inputs)
        assert azure.read(resource, state, checked) == Found(checked, state)
        azure.delete(resource, state, TIMEOUT_SECONDS)
        assert azure.read(resource, state, checked) is None


def test_a_blob_is_uploaded_and_shows_when_someone_overwrote_it(
    azure: AzureNativeProvider, group: str, tmp_path: Path
) -> None:
    name = f"blob{uuid.uuid4().hex[:8]}"
    account(azure, group, name)
    place: Properties = {
        "resourceGroupName": group,
        "accountName": name,
        "containerName": "data",
    }
    make(azure, "storage:BlobContainer", {**place, "publicAccess": "None"})
    file = tmp_path / "data.csv"
    file.write_bytes(b"a,b\n1,2\n")
    inputs: Properties = {
        **place,
        "blobName": "folder/data.csv",
        "contentType": "text/csv",
        "metadata": {"origin": "test"},
        "type": "Block",
        "source": Asset("h", "path", str(file)),
    }
    resource, checked, state = make(azure, "storage:Blob", inputs)
    assert checked == inputs
    assert state.outputs == {
        "accessTier": "Hot",
        "contentMd5": md5(b"a,b\n1,2\n"),
        "contentType": "text/csv",
        "metadata": {"origin": "test"},
        "name": "folder/data.csv",
        "type": "Block",
        "url": state.outputs["url"],
    }
    assert azure.read(resource, state, checked) == Found(checked, state)

    other: Properties = {**checked, "source": Asset("i", "text", "something else")}
    azure.update(resource, state, other, TIMEOUT_SECONDS)
    found = azure.read(resource, state, checked)
    assert found is not None
    assert found.inputs == {**checked, "contentMd5": md5(b"something else")}
    assert azure.diff(resource, found.inputs, checked).replaces == {"contentMd5"}

    azure.delete(resource, state, TIMEOUT_SECONDS)
    assert azure.read(resource, state, checked) is None
    azure.delete(resource, state, TIMEOUT_SECONDS)


def test_a_blob_without_readable_content_is_refused(azure: AzureNativeProvider, group: str) -> None:
    place: Properties = {
        "resourceGroupName": group,
        "accountName": "none",
        "containerName": "data",
        "blobName": "data.csv",
    }
    resource = Resource("azure-native:storage:Blob", "it")
    missing: Properties = {**place, "source": Asset("h", "path", "no-such-file.csv")}
    with pytest.raises(ProviderError, match=r"source: .*No such file.*no-such-file.csv"):
        azure.create(resource, missing, TIMEOUT_SECONDS)
    with pytest.raises(ProviderError, match="type: 'Append' is not supported"):
        azure.create(resource, {**missing, "type": "Append"}, TIMEOUT_SECONDS)
