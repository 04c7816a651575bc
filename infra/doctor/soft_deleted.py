"""Names that deleted things keep: key vaults, Azure ML and Log Analytics workspaces.

A stack that was destroyed leaves them behind; each service has its own way to tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from azure.mgmt.keyvault.v2024_11_01 import KeyVaultManagementClient
from azure.mgmt.keyvault.v2024_11_01.models import VaultCheckNameAvailabilityParameters
from azure.mgmt.loganalytics import LogAnalyticsManagementClient
from azure.mgmt.resource.resources.v2024_11_01 import ResourceManagementClient
from azure.mgmt.resource.resources.v2024_11_01.models import ResourceGroup

from infra.doctor.azure import Azure
from infra.doctor.findings import Finding, error, ok, warning
from infra.doctor.names import (
    ADOPT,
    GROUP_API_VERSION,
    Availability,
    GlobalName,
    check_name,
    choose_another,
    exists_outside,
    in_group,
)
from infra.doctor.stack import Stack

ML_TYPE = "Microsoft.MachineLearningServices/workspaces"
ML_API_VERSION = "2024-10-01"
SOFT_DELETED = "SoftDeleted"
"""Provisioning state under which the subscription's list still has a deleted workspace.
https://github.com/Azure/azure-powershell/issues/28286"""


@dataclass(frozen=True, kw_only=True)
class DeletedVault:
    """A soft-deleted key vault of the subscription."""

    name: str
    vault_id: str
    location: str
    keeps_name_until: str
    """ISO 8601."""
    is_protected: bool
    """Whether it can't be purged."""


def check_vault(azure: Azure, stack: Stack) -> Finding:
    """A vault's name is unique in all of Azure; a deleted one keeps it for days."""

    client = azure.client(KeyVaultManagementClient)
    deleted = deleted_vault(azure, stack)
    if deleted is not None:
        return judge_deleted_vault(stack, deleted)

    def ask(name: str) -> Availability:
        request = VaultCheckNameAvailabilityParameters(name=name)
        answer = client.vaults.check_name_availability(request)
        return Availability(free=bool(answer.name_available), reason=answer.message or "")

    arm_id = in_group(azure, stack, f"Microsoft.KeyVault/vaults/{stack.settings.names.key_vault}")
    wanted = GlobalName(subject="key vault", arm_id=arm_id, api_version="2024-11-01", ask=ask)
    return check_name(azure, stack, wanted)


def deleted_vault(azure: Azure, stack: Stack) -> DeletedVault | None:
    """The subscription's soft-deleted vault of the stack's name, if there is one."""

    name = stack.settings.names.key_vault
    for each in azure.client(KeyVaultManagementClient).vaults.list_deleted():
        if (each.name or "").lower() == name.lower():
            known = each.as_dict()["properties"]
            return DeletedVault(
                name=name,
                vault_id=known["vault_id"],
                location=known["location"],
                keeps_name_until=known["scheduled_purge_date"],
                is_protected=known.get("purge_protection_enabled", False),
            )
    return None


def judge_deleted_vault(stack: Stack, deleted: DeletedVault) -> Finding:
    """A soft-deleted vault stands in the way; one that is protected can't be purged."""
    subject, day = "key vault", deleted.keeps_name_until[: len("2026-12-31")]
    found = f"{deleted.name!r} was deleted and keeps its name until {day}"
    recover = f"to have it back: az keyvault recover --name {deleted.name}"
    if deleted.is_protected:
        return error(subject, f"{found}; it can't be purged ({recover})", choose_another(stack))
    return error(subject, f"{found} ({recover})", purge_command(stack))


def check_ml_workspace(azure: Azure, stack: Stack) -> Finding:
    """A deleted Azure ML workspace keeps its name in its group for 14 days."""
    subject, arm_id = "Azure ML workspace", ml_workspace_id(azure, stack)
    name = stack.settings.names.ml_workspace
    if stack.owns(arm_id):
        return ok(subject, f"{name!r} is in the stack")
    listed = listed_ml_workspace(azure, arm_id)
    if listed is None:
        return ok(subject, f"{name!r} is free")
    if is_soft_deleted(azure, listed):
        return error(
            subject,
            f"{name!r} was deleted and keeps its name for 14 days (to have it back: recover it in "
            "the portal, under Recently deleted)",
            purge_command(stack),
        )
    return warning(subject, exists_outside(name), ADOPT)


def ml_workspace_id(azure: Azure, stack: Stack) -> str:
    """ARM id of the stack's Azure ML workspace."""
    return in_group(azure, stack, f"{ML_TYPE}/{stack.settings.names.ml_workspace}")


def listed_ml_workspace(azure: Azure, arm_id: str) -> Mapping[str, Any] | None:
    """What the subscription's list says of a workspace; soft-deleted ones are in it."""
    workspaces = _pages(azure, f"/subscriptions/{azure.subscription_id}/providers/{ML_TYPE}")
    return next((each for each in workspaces if each["id"].lower() == arm_id.lower()), None)


def is_soft_deleted(azure: Azure, listed: Mapping[str, Any]) -> bool:
    """The state says so, or a workspace that is listed is not there by its own id."""
    state = (listed.get("properties") or {}).get("provisioningState")
    return state == SOFT_DELETED or azure.get(listed["id"], ML_API_VERSION) is None


def check_log_analytics(azure: Azure, stack: Stack) -> Finding:
    """A deleted Log Analytics workspace is recovered by making it again, in its region only."""

    subject, settings = "Log Analytics", stack.settings
    name = settings.names.log_analytics
    wanted = in_group(azure, stack, f"Microsoft.OperationalInsights/workspaces/{name}").lower()
    listed = azure.client(LogAnalyticsManagementClient).deleted_workspaces.list()
    deleted = next((each for each in listed if (each.id or "").lower() == wanted), None)
    if deleted is None:
        state = "in the stack" if stack.owns(wanted) else "free"
        return ok(subject, f"{name!r} is {state}")
    if deleted.location != settings.location:
        return error(
            subject,
            f"{name!r} was deleted in {deleted.location} and keeps its name there for 14 days",
            choose_another(stack),
        )
    return warning(subject, f"{name!r} was deleted: the deployment recovers it with its data")


def purge_command(stack: Stack) -> str:
    """The command that deletes for good what the stack left behind."""
    return f"python -m infra.doctor --stack {stack.name} --purge"


def purge(azure: Azure, stack: Stack) -> Iterator[Finding]:
    """Delete for good what a destroyed stack left behind: vault and Azure ML workspace.

    Only what was in the stack's own resource group; nothing that the stack has now.

    Raises:
        AzureError: the service refused.
    """

    vault = deleted_vault(azure, stack)
    group = azure.group_id(stack.settings.names.resource_group).lower()
    if vault and vault.vault_id.lower().startswith(f"{group}/"):
        vaults = azure.client(KeyVaultManagementClient).vaults
        vaults.begin_purge_deleted(vault.name, vault.location).result()
        yield ok("key vault", f"{vault.name!r} is purged")
    arm_id = ml_workspace_id(azure, stack)
    listed = listed_ml_workspace(azure, arm_id)
    if listed is not None and is_soft_deleted(azure, listed):
        _purge_ml_workspace(azure, stack, arm_id)
        yield ok("Azure ML workspace", f"{stack.settings.names.ml_workspace!r} is purged")


def _purge_ml_workspace(azure: Azure, stack: Stack, arm_id: str) -> None:
    """Purging goes through the workspace's own path, so its group must be there meanwhile."""

    client = azure.client(ResourceManagementClient)
    group = stack.settings.names.resource_group
    made_here = azure.get(azure.group_id(group), GROUP_API_VERSION) is None
    if made_here:
        client.resource_groups.create_or_update(
            group, ResourceGroup(location=stack.settings.location)
        )
    for_good = {"forceToPurge": "true"}
    client.resources.begin_delete_by_id(arm_id, ML_API_VERSION, params=for_good).result()
    if made_here:
        client.resource_groups.begin_delete(group).result()


def _pages(azure: Azure, path: str) -> Iterator[Mapping[str, Any]]:
    page = azure.get(path, ML_API_VERSION)
    while page is not None:
        yield from page.get("value", [])
        following = page.get("nextLink")
        page = azure.get(following, "") if following else None
