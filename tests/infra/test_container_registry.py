"""The container registry."""

from __future__ import annotations

from infra.container_registry import ContainerRegistry, ContainerRegistryArgs
from tests.infra.examples import PLACE, site
from tests.infra.harness import Values, deploy


def test_the_registry_has_no_admin_user_and_tells_its_id() -> None:
    deployment = deploy(lambda: ContainerRegistry("registry", ContainerRegistryArgs(site=site())))

    assert deployment.one("azure-native:containerregistry:Registry").inputs.plain == PLACE | {
        "registryName": "acrsampledev",
        "sku": {"name": "Basic"},
        "adminUserEnabled": False,
        "anonymousPullEnabled": False,
        "networkRuleBypassOptions": "AzureServices",
        "publicNetworkAccess": "Enabled",
        "zoneRedundancy": "Disabled",
    }
    assert deployment.one("dataopsml:infra:ContainerRegistry").outputs == Values(
        plain={"registry_id": "id-of-registry-acr"}, secrets=frozenset()
    )
