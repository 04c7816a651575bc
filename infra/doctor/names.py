"""Are the names free that must be unique in all of Azure, and those in the subscription?

What the stack has already is its own. Key vaults are looked at in ``soft_deleted``, because a
deleted one keeps its name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from azure.mgmt.containerregistry.v2025_04_01 import ContainerRegistryManagementClient
from azure.mgmt.containerregistry.v2025_04_01.models import RegistryNameCheckRequest
from azure.mgmt.storage import StorageManagementClient
from azure.mgmt.storage.models import StorageAccountCheckNameAvailabilityParameters

from infra.doctor.azure import Azure
from infra.doctor.findings import Finding, error, ok, warning
from infra.doctor.stack import Stack
from infra.settings import PROJECT

GROUP_API_VERSION = "2024-03-01"
ADOPT = "python -m infra.adopt terraform.tfstate > import.json"


@dataclass(frozen=True, kw_only=True)
class Availability:
    """What a service says about a name."""

    free: bool
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class GlobalName:
    """A resource whose name is unique in all of Azure."""

    subject: str
    arm_id: str
    api_version: str
    ask: Callable[[str], Availability]
    """Asks the resource's service whether a name is free."""


def check_ml_storage(azure: Azure, stack: Stack) -> Finding:
    """The default storage account of the Azure ML workspace."""
    name = stack.settings.names.ml_storage_account
    return _storage_account(azure, stack, "ML storage account", name)


def check_training_storage(azure: Azure, stack: Stack) -> Finding:
    """The storage account of the training data."""
    name = stack.settings.names.training_storage_account
    return _storage_account(azure, stack, "data storage account", name)


def check_registry(azure: Azure, stack: Stack) -> Finding:
    """The container registry."""

    def ask(name: str) -> Availability:
        request = RegistryNameCheckRequest(name=name, type="Microsoft.ContainerRegistry/registries")
        client = azure.client(ContainerRegistryManagementClient)
        answer = client.registries.check_name_availability(request)
        return Availability(free=bool(answer.name_available), reason=answer.message or "")

    name = stack.settings.names.container_registry
    arm_id = in_group(azure, stack, f"Microsoft.ContainerRegistry/registries/{name}")
    wanted = GlobalName(
        subject="container registry", arm_id=arm_id, api_version="2025-04-01", ask=ask
    )
    return check_name(azure, stack, wanted)


def check_groups(azure: Azure, stack: Stack) -> Finding:
    """The program's own group must be new or the stack's; Databricks makes the other one."""
    subject, names = "resource groups", stack.settings.names
    own, managed = (
        azure.group_id(names.resource_group),
        azure.group_id(names.databricks_resource_group),
    )
    workspace = f"{own}/providers/Microsoft.Databricks/workspaces/{names.databricks_workspace}"
    if not stack.owns(workspace) and azure.get(managed, GROUP_API_VERSION):
        return error(
            subject,
            f"{names.databricks_resource_group!r} exists, and Databricks must make it itself",
            f"az group delete --name {names.databricks_resource_group}",
        )
    if not stack.owns(own) and azure.get(own, GROUP_API_VERSION):
        return warning(subject, exists_outside(names.resource_group), ADOPT)
    state = "in the stack" if stack.owns(own) else "free"
    return ok(subject, f"{names.resource_group!r} is {state}")


def in_group(azure: Azure, stack: Stack, type_and_name: str) -> str:
    """ARM id of a resource in the program's group."""
    group = azure.group_id(stack.settings.names.resource_group)
    return f"{group}/providers/{type_and_name}"


def choose_another(stack: Stack) -> str:
    """The command that gives the stack other names."""
    return f"pulumi config set --stack {stack.name} {PROJECT}:baseName NAME"


def check_name(azure: Azure, stack: Stack, wanted: GlobalName) -> Finding:
    """Ask whether a name is free, unless the stack has the resource."""
    subject, name = wanted.subject, wanted.arm_id.rpartition("/")[2]
    if stack.owns(wanted.arm_id):
        return ok(subject, f"{name!r} is in the stack")
    answer = wanted.ask(name)
    if answer.free:
        return ok(subject, f"{name!r} is free")
    if azure.get(wanted.arm_id, wanted.api_version):
        return warning(subject, exists_outside(name), ADOPT)
    return error(subject, f"{name!r} is taken: {answer.reason}", choose_another(stack))


def exists_outside(name: str) -> str:
    """What to say of a resource that the deployment would collide with."""
    return f"{name!r} exists, but not in the stack: it has to be imported"


def _storage_account(azure: Azure, stack: Stack, subject: str, name: str) -> Finding:

    def ask(name: str) -> Availability:
        client = azure.client(StorageManagementClient)
        answer = client.storage_accounts.check_name_availability(
            StorageAccountCheckNameAvailabilityParameters(
                name=name, type="Microsoft.Storage/storageAccounts"
            )
        )
        return Availability(free=bool(answer.name_available), reason=answer.message or "")

    arm_id = in_group(azure, stack, f"Microsoft.Storage/storageAccounts/{name}")
    wanted = GlobalName(subject=subject, arm_id=arm_id, api_version="2024-01-01", ask=ask)
    return check_name(azure, stack, wanted)
