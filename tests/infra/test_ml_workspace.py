"""The Azure ML workspace and what it stands on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.infra.examples import ML_OPTIONS, PLACE, ml_workspace, site
from tests.infra.harness import Deployment, Values, deploy
from tests.infra.mock_cloud import TENANT_ID


@pytest.fixture(scope="module")
def deployed() -> Deployment:
    return deploy(lambda: ml_workspace(site()))


def test_the_workspace_stands_on_storage_vault_insights_and_registry(deployed: Deployment) -> None:
    workspace = deployed.one("azure-native:machinelearningservices:Workspace")

    assert workspace.inputs.plain == PLACE | {
        "workspaceName": "aml-sample-dev",
        "identity": {"type": "SystemAssigned"},
        "applicationInsights": "id-of-ml-insights",
        "containerRegistry": "id-of-registry-acr",
        "keyVault": "id-of-ml-vault",
        "storageAccount": "id-of-ml-storage",
        "systemDatastoresAuthMode": "Identity",
        "publicNetworkAccess": "Enabled",
        "v1LegacyMode": False,
    }


def test_insights_write_to_the_log_analytics_workspace(deployed: Deployment) -> None:
    insights = deployed.one("azure-native:applicationinsights:Component")
    assert insights.inputs.plain == PLACE | {
        "resourceName": "appinsights-sample-dev",
        "kind": "web",
        "applicationType": "web",
        "ingestionMode": "LogAnalytics",
        "workspaceResourceId": "id-of-ml-logs",
        "flowType": "Bluefield",
        "requestSource": "rest",
        "publicNetworkAccessForIngestion": "Enabled",
        "publicNetworkAccessForQuery": "Enabled",
    }
    assert deployed.one("azure-native:operationalinsights:Workspace").inputs.plain == PLACE | {
        "workspaceName": "log-sample-dev",
        "sku": {"name": "PerGB2018"},
        "retentionInDays": 30,
    }


def test_the_vault_is_opened_by_roles_and_purge_protection_is_left_to_azure(
    deployed: Deployment,
) -> None:
    vault = deployed.one("azure-native:keyvault:Vault")

    assert vault.inputs.plain == PLACE | {
        "vaultName": "kv-sample-dev",
        "properties": {
            "tenantId": TENANT_ID,
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": True,
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 7,
            "enabledForDeployment": False,
            "enabledForDiskEncryption": False,
            "enabledForTemplateDeployment": False,
            "publicNetworkAccess": "enabled",
        },
    }


def test_the_default_storage_has_the_projects_name_for_it(deployed: Deployment) -> None:
    account = deployed.one("azure-native:storage:StorageAccount")

    assert account.inputs.plain["accountName"] == "stsampledev"


def test_the_workspace_tells_its_id_and_name(deployed: Deployment) -> None:
    assert deployed.one("dataopsml:infra:MlWorkspace").outputs == Values(
        plain={"workspace_id": "id-of-ml-aml", "workspace_name": "aml-sample-dev"},
        secrets=frozenset(),
    )


def test_every_option_reaches_the_resource_that_it_is_for() -> None:
    options = replace(
        ML_OPTIONS,
        public_access=False,
        default_datastores_by_identity=False,
        log_retention_days=365,
        vault_recovery_days=90,
        vault_purge_protection=True,
        blob_recovery_days=0,
    )
    deployed = deploy(lambda: ml_workspace(site(), options))

    def inputs(type_: str) -> dict[str, object]:
        return deployed.one(f"azure-native:{type_}").inputs.plain

    workspace = inputs("machinelearningservices:Workspace")
    assert workspace["publicNetworkAccess"] == "Disabled"
    assert workspace["systemDatastoresAuthMode"] == "AccessKey"
    assert inputs("operationalinsights:Workspace")["retentionInDays"] == 365
    vault = inputs("keyvault:Vault")["properties"]
    assert isinstance(vault, dict)
    assert (vault["softDeleteRetentionInDays"], vault["enablePurgeProtection"]) == (90, True)
    blobs = inputs("storage:BlobServiceProperties")
    assert blobs["deleteRetentionPolicy"] == {"enabled": False}
