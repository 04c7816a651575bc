"""Are the resource providers registered that the program's resources belong to?"""

from __future__ import annotations

from collections.abc import Mapping

from azure.mgmt.resource.resources.v2024_11_01 import ResourceManagementClient

from infra.doctor.azure import Azure
from infra.doctor.findings import Finding, error, ok
from infra.doctor.stack import Stack

NAMESPACES = (
    "Microsoft.Compute",
    "Microsoft.ContainerRegistry",
    "Microsoft.Databricks",
    "Microsoft.Insights",
    "Microsoft.KeyVault",
    "Microsoft.MachineLearningServices",
    "Microsoft.Network",
    "Microsoft.OperationalInsights",
    "Microsoft.Storage",
)
"""Compute is for Databricks' machines, which the program does not declare itself."""


def check_providers(azure: Azure, _stack: Stack) -> Finding:
    """A provider that is not registered refuses every resource, or has to be registered first."""

    client = azure.client(ResourceManagementClient)
    return judge_providers(
        {each.namespace or "": each.registration_state or "" for each in client.providers.list()}
    )


def judge_providers(states: Mapping[str, str]) -> Finding:
    """Compare namespaces' registration states with what is needed."""
    subject = "resource providers"
    by_name = {namespace.lower(): state for namespace, state in states.items()}
    missing = [name for name in NAMESPACES if by_name.get(name.lower()) != "Registered"]
    if not missing:
        return ok(subject, f"all {len(NAMESPACES)} are registered")
    register = " && ".join(f"az provider register --wait --namespace {name}" for name in missing)
    return error(subject, f"not registered: {', '.join(missing)}", register)
