"""Inputs become ARM requests and ARM answers become outputs, for types of every shape."""

from __future__ import annotations

import pytest

from localcloud.plugins.azure_native.resource_types import TYPES, find_type
from localcloud.plugins.azure_native.translate import (
    inputs_of,
    outputs,
    path_values,
    request_body,
    resource_id,
)
from localcloud.plugins.properties import Properties
from localcloud.plugins.provider import ProviderError

SUBSCRIPTION = "10ca1000-0000-4000-8000-000000000004"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"


def test_a_flat_type_has_its_own_fields_in_properties_under_arms_names() -> None:
    inputs: Properties = {
        "resourceGroupName": "rg",
        "accountName": "st",
        "location": "westeurope",
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        "tags": {"env": "dev"},
        "enableHttpsTrafficOnly": True,
        "minimumTlsVersion": "TLS1_2",
    }
    assert request_body(TYPES["storage:StorageAccount"], inputs) == {
        "location": "westeurope",
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        "tags": {"env": "dev"},
        "properties": {"supportsHttpsTrafficOnly": True, "minimumTlsVersion": "TLS1_2"},
    }


def test_a_type_with_properties_as_input_is_sent_as_it_is() -> None:
    inputs: Properties = {
        "resourceGroupName": "rg",
        "workspaceName": "aml",
        "name": "data",
        "skipValidation": True,
        "properties": {"datastoreType": "AzureBlob", "accountName": "st"},
    }
    assert request_body(TYPES["machinelearningservices:Datastore"], inputs) == {
        "properties": {"datastoreType": "AzureBlob", "accountName": "st"}
    }


def test_a_log_workspace_has_its_sku_in_properties() -> None:
    inputs: Properties = {
        "resourceGroupName": "rg",
        "workspaceName": "log",
        "sku": {"name": "PerGB2018"},
        "retentionInDays": 30,
    }
    assert request_body(TYPES["operationalinsights:Workspace"], inputs) == {
        "properties": {"sku": {"name": "PerGB2018"}, "retentionInDays": 30}
    }


def test_items_of_a_network_keep_their_fields_in_properties_of_their_own() -> None:
    inputs: Properties = {
        "resourceGroupName": "rg",
        "virtualNetworkName": "vnet",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [
            {
                "name": "public",
                "addressPrefix": "10.0.0.0/24",
                "natGateway": {"id": "/nat"},
                "delegations": [{"name": "dbx", "serviceName": "Microsoft.Databricks/workspaces"}],
            }
        ],
    }
    assert request_body(TYPES["network:VirtualNetwork"], inputs) == {
        "properties": {
            "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
            "subnets": [
                {
                    "name": "public",
                    "properties": {
                        "addressPrefix": "10.0.0.0/24",
                        "natGateway": {"id": "/nat"},
                        "delegations": [
                            {
                                "name": "dbx",
                                "properties": {"serviceName": "Microsoft.Databricks/workspaces"},
                            }
                        ],
                    },
                }
            ],
        }
    }


def test_user_assigned_identities_are_a_list_to_programs_and_a_map_to_arm() -> None:
    kind = TYPES["machinelearningservices:Workspace"]
    inputs: Properties = {
        "resourceGroupName": "rg",
        "workspaceName": "aml",
        "identity": {"type": "UserAssigned", "userAssignedIdentities": ["/id/b", "/id/a"]},
    }
    body = request_body(kind, inputs)
    assert body == {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": {"/id/b": {}, "/id/a": {}}}
    }
    assert inputs_of(kind, outputs(kind, body, inputs)) == {
        "identity": {"type": "UserAssigned", "userAssignedIdentities": ["/id/a", "/id/b"]}
    }


def test_outputs_have_the_programs_names_and_the_api_version() -> None:
    kind = TYPES["applicationinsights:Component"]
    answer: Properties = {
        "id": f"{GROUP}/providers/Microsoft.Insights/components/ai",
        "name": "ai",
        "type": "Microsoft.Insights/components",
        "location": "westeurope",
        "kind": "web",
        "etag": None,
        "properties": {
            "Application_Type": "web",
            "IngestionMode": "LogAnalytics",
            "ConnectionString": "c",
            "Name": "ai",
            "provisioningState": "Succeeded",
        },
    }
    assert outputs(kind, answer, {}) == {
        "name": "ai",
        "type": "Microsoft.Insights/components",
        "location": "westeurope",
        "kind": "web",
        "applicationType": "web",
        "ingestionMode": "LogAnalytics",
        "connectionString": "c",
        "provisioningState": "Succeeded",
        "azureApiVersion": "2020-02-02",
    }


VNET_ANSWER: Properties = {
    "id": f"{GROUP}/providers/Microsoft.Network/virtualNetworks/vnet",
    "name": "vnet",
    "etag": "1",
    "properties": {
        "provisioningState": "Succeeded",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [
            {
                "id": "/s",
                "name": "one",
                "etag": "1",
                "properties": {"addressPrefix": "10.0.0.0/24", "provisioningState": "Succeeded"},
            }
        ],
    },
}


def test_the_inputs_behind_an_answer_hold_nothing_that_the_cloud_computed() -> None:
    kind = TYPES["network:VirtualNetwork"]
    asked: Properties = {"subnets": [{"name": "one", "addressPrefix": "10.0.0.0/24"}]}
    assert inputs_of(kind, outputs(kind, VNET_ANSWER, asked)) == {
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [{"name": "one", "addressPrefix": "10.0.0.0/24"}],
    }


def test_subnets_are_not_the_networks_where_the_program_gives_it_none() -> None:
    kind = TYPES["network:VirtualNetwork"]
    assert "subnets" not in outputs(kind, VNET_ANSWER, {})


@pytest.mark.parametrize(
    ("name", "inputs", "arm_id"),
    [
        ("resources:ResourceGroup", {"resourceGroupName": "rg"}, GROUP),
        (
            "machinelearningservices:Compute",
            {"resourceGroupName": "rg", "workspaceName": "aml", "computeName": "dbx"},
            f"{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/aml/computes/dbx",
        ),
        (
            "authorization:RoleAssignment",
            {"scope": f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv", "roleAssignmentName": "g"},
            f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv"
            "/providers/Microsoft.Authorization/roleAssignments/g",
        ),
        (
            "storage:Blob",
            {
                "resourceGroupName": "rg",
                "accountName": "st",
                "containerName": "c",
                "blobName": "folder/data.csv",
            },
            f"{GROUP}/providers/Microsoft.Storage/storageAccounts/st"
            "/blobServices/default/containers/c/blobs/folder/data.csv",
        ),
    ],
)
def test_an_id_and_the_inputs_that_make_it_up_tell_each_other(
    name: str, inputs: Properties, arm_id: str
) -> None:
    assert resource_id(TYPES[name], inputs, SUBSCRIPTION) == arm_id
    assert path_values(TYPES[name], arm_id) == inputs


def test_an_id_of_another_type_is_refused() -> None:
    with pytest.raises(ProviderError, match="is no id of this type"):
        path_values(TYPES["storage:StorageAccount"], GROUP)


def test_a_token_may_carry_its_api_version() -> None:
    plain = find_type("azure-native:storage:StorageAccount")
    versioned = find_type("azure-native:storage/v20230101:StorageAccount")
    preview = find_type("azure-native:storage/v20230101preview:StorageAccount")
    assert plain.api_version == "2024-01-01"
    assert (versioned.api_version, versioned.path) == ("2023-01-01", plain.path)
    assert preview.api_version == "2023-01-01-preview"


@pytest.mark.parametrize("token", ["azure-native:compute:VirtualMachine", "aws:s3:Bucket", ""])
def test_a_type_that_is_not_emulated_is_refused(token: str) -> None:
    with pytest.raises(ProviderError, match=f"Resource type '{token}' not found"):
        find_type(token)
