"""Fixtures: what a stack's Azure side may look like before a deployment."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from infra.doctor.azure import Azure, sign_in
from infra.doctor.stack import Stack
from tests.conftest import RunningCloud
from tests.infra.doctor.stacks import stack

VERSIONS = {
    "Microsoft.ContainerRegistry": "2025-04-01",
    "Microsoft.Insights": "2020-02-02",
    "Microsoft.KeyVault": "2024-11-01",
    "Microsoft.MachineLearningServices": "2024-10-01",
    "Microsoft.OperationalInsights": "2023-09-01",
    "Microsoft.Storage": "2024-01-01",
}


@dataclass
class Surroundings:
    """The resource group of one stack, written to without Pulumi."""

    http: httpx.Client
    azure: Azure
    stack: Stack
    group: str

    def id_of(self, type_and_name: str) -> str:
        """ARM id in the resource group; that of the group itself for an empty name."""
        group = self.azure.group_id(self.group)
        return f"{group}/providers/{type_and_name}" if type_and_name else group

    def put(self, type_and_name: str, body: dict[str, Any]) -> str:
        """Make a resource and wait until it is there; its id."""
        path, version = self.id_of(type_and_name), self._version(type_and_name)
        body = {"location": "westeurope", **body}
        self.http.put(path, params=version, json=body).raise_for_status()
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            found = self.http.get(path, params=version).raise_for_status().json()
            if found.get("properties", {}).get("provisioningState", "Succeeded") == "Succeeded":
                return path
            time.sleep(0.05)
        raise AssertionError(f"{path} was not ready")

    def delete(self, type_and_name: str) -> None:
        """Delete a resource, as a destroyed stack does, and wait until it is gone."""
        path, version = self.id_of(type_and_name), self._version(type_and_name)
        self.http.delete(path, params=version).raise_for_status()
        deadline = time.monotonic() + 30
        while self.http.get(path, params=version).status_code != 404:
            assert time.monotonic() < deadline, f"{path} was not deleted"
            time.sleep(0.05)

    def put_vault(self, **properties: Any) -> str:
        """The stack's key vault."""
        body = {
            "tenantId": self.azure.claims["tid"],
            "sku": {"family": "A", "name": "standard"},
            "enableRbacAuthorization": True,
            "softDeleteRetentionInDays": 7,
            **properties,
        }
        name = self.stack.settings.names.key_vault
        return self.put(f"Microsoft.KeyVault/vaults/{name}", {"properties": body})

    def put_ml_workspace(self) -> str:
        """The stack's Azure ML workspace, with what it needs."""
        names = self.stack.settings.names
        logs = self.put(f"Microsoft.OperationalInsights/workspaces/{names.log_analytics}", {})
        insights = self.put(
            f"Microsoft.Insights/components/{names.application_insights}",
            {"kind": "web", "properties": {"WorkspaceResourceId": logs}},
        )
        account = self.put(
            f"Microsoft.Storage/storageAccounts/{names.ml_storage_account}",
            {"kind": "StorageV2", "sku": {"name": "Standard_LRS"}},
        )
        parts = {
            "applicationInsights": insights,
            "keyVault": self.put_vault(),
            "storageAccount": account,
        }
        return self.put(
            f"Microsoft.MachineLearningServices/workspaces/{names.ml_workspace}",
            {"identity": {"type": "SystemAssigned"}, "properties": parts},
        )

    @staticmethod
    def _version(type_and_name: str) -> dict[str, str]:
        namespace = type_and_name.split("/", maxsplit=1)[0]
        return {"api-version": VERSIONS.get(namespace, "2024-03-01")}


@pytest.fixture
def surroundings(cloud: RunningCloud) -> Iterator[Surroundings]:
    """An empty resource group of a stack of its own; it is deleted afterwards."""
    own = stack(baseName=f"t{uuid.uuid4().hex[:7]}")
    with cloud.http() as http:
        made = Surroundings(http, sign_in({}), own, own.settings.names.resource_group)
        made.put("", {})
        yield made
        if http.get(made.id_of(""), params={"api-version": "2024-03-01"}).is_success:
            made.delete("")
