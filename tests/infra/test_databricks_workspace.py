"""The Databricks workspace and its provider."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.examples import PLACE, databricks_workspace, site
from tests.infra.harness import Deployment, Values, deploy
from tests.infra.mock_cloud import SUBSCRIPTION_ID, WORKSPACE_HOST


@pytest.fixture(scope="module")
def deployed() -> Deployment:
    return deploy(lambda: databricks_workspace(site(), "azure-cli"))


def test_the_workspace_is_premium_hybrid_and_inside_the_network(deployed: Deployment) -> None:
    workspace = deployed.one("azure-native:databricks:Workspace")

    assert workspace.inputs.plain == PLACE | {
        "workspaceName": "dbricks-sample-dev",
        "sku": {"name": "premium"},
        "computeMode": "Hybrid",
        "managedResourceGroupId": (
            f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg-sample-dev-databricks"
        ),
        "parameters": {
            "customVirtualNetworkId": {"value": "id-of-network-vnet"},
            "customPublicSubnetName": {"value": "snet-databricks-public"},
            "customPrivateSubnetName": {"value": "snet-databricks-private"},
            "enableNoPublicIp": {"value": True},
        },
    }


def test_another_compute_mode_replaces_the_workspace(deployed: Deployment) -> None:
    workspace = deployed.one("azure-native:databricks:Workspace")

    assert workspace.options == {"replaceOnChanges": ["computeMode"], "deleteBeforeReplace": True}


def _provider_inputs(deployed: Deployment) -> dict[str, Any]:
    return deployed.one("pulumi:providers:databricks").inputs.plain


def test_the_provider_acts_on_this_workspace_with_the_chosen_sign_in(deployed: Deployment) -> None:
    assert _provider_inputs(deployed) == {
        "host": f"https://{WORKSPACE_HOST}",
        "azureWorkspaceResourceId": "id-of-databricks-dbricks",
        "authType": "azure-cli",
        "azureUseMsi": "false",
        "retryTimeoutSeconds": "900",
    }


def test_a_managed_identity_has_to_be_asked_for_twice(deployed: Deployment) -> None:
    with_identity = deploy(lambda: databricks_workspace(site(), "azure-msi"))

    assert _provider_inputs(with_identity) == _provider_inputs(deployed) | {
        "authType": "azure-msi",
        "azureUseMsi": "true",
    }


def test_the_workspace_tells_its_id_and_its_address_with_scheme(deployed: Deployment) -> None:
    assert deployed.one("dataopsml:infra:DatabricksWorkspace").outputs == Values(
        plain={"workspace_id": "id-of-databricks-dbricks", "url": f"https://{WORKSPACE_HOST}"},
        secrets=frozenset(),
    )
