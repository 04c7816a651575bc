"""The Azure ML workspace and what it stands on."""

from __future__ import annotations

import pytest

from infra.ml_workspace import MlWorkspace, MlWorkspaceArgs
from tests.infra.examples import PLACE, site
from tests.infra.harness import Deployment, Values, deploy
from tests.infra.mock_cloud import TENANT_ID


@pytest.fixture(scope="module")
def deployed() -> Deployment:
    return deploy(lambda: MlWorkspace("ml", MlWorkspaceArgs(site=site(), registry_id="acr-id")))


def test_the_workspace_stands_on_storage_vault_insights_and_registry(deployed: Deployment) -> None:
    workspace = deployed.one("azure-native:machinelearningservices:Workspace")

    assert workspace.inputs.plain == PLACE | {
        "workspaceName": "aml-sample-dev",
        "identity": {"type": "SystemAssigned"},
        "applicationInsights": "id-of-ml-insights",
        "containerRegistry": "acr-id",
        "keyVault": "id-of-ml-vault",
        "storageAccount": "id-of-ml-storage",
        "systemDatastoresAuthMode": "AccessKey",
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
