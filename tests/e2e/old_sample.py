"""An environment as the older Terraform sample made it: put into a cloud without Pulumi."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import httpx

HERE = {"location": "westeurope"}
DEADLINE_SECONDS = 60


@dataclass
class OldSample:
    """Makes the sample's resources and keeps its Terraform state."""

    http: httpx.Client
    subscription: str
    tenant: str
    base: str
    environment: str
    resources: list[dict[str, Any]] = field(default_factory=list)

    @property
    def group(self) -> str:
        """ARM id of the sample's resource group."""
        return f"/subscriptions/{self.subscription}/resourceGroups/rg-{self._stem}-main"

    @property
    def _stem(self) -> str:
        return f"{self.base}-{self.environment}"

    def make(self) -> dict[str, Any]:
        """Make everything; the Terraform state, version 4."""
        self._put("azurerm_resource_group", "", self.group, "2024-03-01", {})
        self._network()
        self._azureml()
        self._training_data()
        self._databricks()
        return {"version": 4, "terraform_version": "0.12.24", "resources": self.resources}

    def _network(self) -> None:
        nsg = self._provider(
            "azurerm_network_security_group",
            "module.vnet",
            f"Network/networkSecurityGroups/nsg-{self._stem}-databricks",
            "2024-05-01",
            {},
        )
        subnets = [
            {
                "name": f"snet-databricks-{name}",
                "properties": {
                    "addressPrefix": prefix,
                    "networkSecurityGroup": {"id": nsg},
                    "delegations": [
                        {
                            "name": "databricks",
                            "properties": {"serviceName": "Microsoft.Databricks/workspaces"},
                        }
                    ],
                },
            }
            for name, prefix in (("public", "10.10.0.0/18"), ("private", "10.10.64.0/18"))
        ]
        vnet = self._provider(
            "azurerm_virtual_network",
            "module.vnet",
            f"Network/virtualNetworks/vnet-{self._stem}",
            "2024-05-01",
            {
                "properties": {
                    "addressSpace": {"addressPrefixes": ["10.10.0.0/16"]},
                    "subnets": subnets,
                }
            },
        )
        for subnet in subnets:
            self._record("azurerm_subnet", "module.vnet", f"{vnet}/subnets/{subnet['name']}")

    def _azureml(self) -> None:
        module = "module.azureml"
        logs = self._put(
            "",
            "",
            f"{self.group}/providers/Microsoft.OperationalInsights/workspaces/old-logs",
            "2023-09-01",
            {},
        )
        parts = {
            "storageAccount": self._account("azurerm_storage_account", module, self.base),
            "keyVault": self._provider(
                "azurerm_key_vault",
                module,
                f"KeyVault/vaults/kv-{self._stem}",
                "2024-11-01",
                {
                    "properties": {
                        "tenantId": self.tenant,
                        "sku": {"family": "A", "name": "standard"},
                        "accessPolicies": [],
                        "softDeleteRetentionInDays": 7,
                    }
                },
            ),
            "applicationInsights": self._provider(
                "azurerm_application_insights",
                module,
                f"Insights/components/appinsights-{self._stem}",
                "2020-02-02",
                {
                    "kind": "web",
                    "properties": {"Application_Type": "web", "WorkspaceResourceId": logs},
                },
            ),
            "containerRegistry": self._provider(
                "azurerm_container_registry",
                module,
                f"ContainerRegistry/registries/acr{self.base}{self.environment}",
                "2023-01-01-preview",
                {"sku": {"name": "Basic"}, "properties": {"adminUserEnabled": True}},
            ),
        }
        self._provider(
            "azurerm_machine_learning_workspace",
            module,
            f"MachineLearningServices/workspaces/aml-{self._stem}",
            "2025-12-01",
            {"identity": {"type": "SystemAssigned"}, "properties": parts},
        )

    def _training_data(self) -> None:
        module = "module.training-data"
        account = self._account("azurerm_storage_account", module, f"{self.base}tr")
        container = f"{account}/blobServices/default/containers/trainingdata"
        self._put("", "", container, "2024-01-01", {}, located=False)
        name = account.rpartition("/")[2]
        url = f"https://{name}.blob.core.windows.net/trainingdata"
        self._record("azurerm_storage_container", module, url, resource_manager_id=container)
        self._record("azurerm_storage_blob", module, f"{url}/diabetes.csv")

    def _databricks(self) -> None:
        vnet = f"{self.group}/providers/Microsoft.Network/virtualNetworks/vnet-{self._stem}"
        managed = self.group.replace("-main", "-databricks")
        parameters = {
            "customVirtualNetworkId": vnet,
            "customPublicSubnetName": "snet-databricks-public",
            "customPrivateSubnetName": "snet-databricks-private",
            "enableNoPublicIp": True,
        }
        self._provider(
            "azurerm_databricks_workspace",
            "module.databricks",
            f"Databricks/workspaces/dbricks-{self._stem}",
            "2026-01-01",
            {
                "sku": {"name": "premium"},
                "properties": {
                    "computeMode": "Hybrid",
                    "managedResourceGroupId": managed,
                    "parameters": {name: {"value": value} for name, value in parameters.items()},
                },
            },
        )

    def _account(self, kind: str, module: str, stem: str) -> str:
        path = f"Storage/storageAccounts/st{stem}{self.environment}"
        body = {"kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
        return self._provider(kind, module, path, "2024-01-01", body)

    def _provider(
        self, kind: str, module: str, path: str, api_version: str, body: dict[str, Any]
    ) -> str:
        arm_id = f"{self.group}/providers/Microsoft.{path}"
        return self._put(kind, module, arm_id, api_version, body)

    def _put(
        self,
        kind: str,
        module: str,
        arm_id: str,
        api_version: str,
        body: dict[str, Any],
        *,
        located: bool = True,
    ) -> str:
        """Make a resource and wait for it; recorded in the state if it has a kind."""
        params = {"api-version": api_version}
        answer = self.http.put(arm_id, params=params, json={**(HERE if located else {}), **body})
        assert answer.is_success, answer.text
        deadline = time.monotonic() + DEADLINE_SECONDS
        while time.monotonic() < deadline:
            found = self.http.get(arm_id, params=params).raise_for_status().json()
            if found.get("properties", {}).get("provisioningState", "Succeeded") == "Succeeded":
                break
            time.sleep(0.05)
        if kind:
            self._record(kind, module, arm_id)
        return arm_id

    def _record(self, kind: str, module: str, resource_id: str, **attributes: str) -> None:
        self.resources.append(
            {
                "mode": "managed",
                "type": kind,
                "name": "main",
                "provider": "provider.azurerm",
                **({"module": module} if module else {}),
                "instances": [{"attributes": {"id": resource_id, **attributes}}],
            }
        )
