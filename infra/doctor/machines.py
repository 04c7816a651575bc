"""Does the region exist, does it offer the machine size, and is the quota of vCPUs enough?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.resource.subscriptions.v2022_12_01 import SubscriptionClient

from infra.doctor.azure import Azure
from infra.doctor.findings import Finding, error, ok, warning
from infra.doctor.stack import Stack
from infra.settings import PROJECT

REGIONAL_QUOTA = "cores"
"""Name of the quota of all vCPUs of a region."""


@dataclass(frozen=True, kw_only=True)
class MachineSize:
    """A size as a region offers it to a subscription."""

    vcpus: int
    family: str
    """Name of its quota."""
    restriction: str = ""
    """Why the subscription can't have it in this region; empty if it can."""


@dataclass(frozen=True, kw_only=True)
class Quota:
    """vCPUs of one family, or of a region."""

    used: int
    limit: int

    @property
    def left(self) -> int:
        """vCPUs that can still be had."""
        return self.limit - self.used


def check_region(azure: Azure, stack: Stack) -> Finding:
    """The region must be one that the subscription sees."""

    subject, location = "region", stack.settings.location
    client = azure.tenant_client(SubscriptionClient)
    known = [each.name or "" for each in client.subscriptions.list_locations(azure.subscription_id)]
    if location in known:
        return ok(subject, location)
    near = next(iter(get_close_matches(location, known, n=1)), "REGION")
    return error(
        subject,
        f"the subscription has no region {location!r}",
        f"pulumi config set --stack {stack.name} {PROJECT}:location {near}",
    )


def check_machines(azure: Azure, stack: Stack) -> Finding:
    """The pool's machines must be offered, and the quota must hold them all."""

    client = azure.client(ComputeManagementClient)
    location, node_type = stack.settings.location, stack.settings.node_type
    offered = client.resource_skus.list(filter=f"location eq '{location}'")
    size = next(
        (
            MachineSize(
                vcpus=int({each.name: each.value for each in sku.capabilities or []}["vCPUs"] or 0),
                family=sku.family or "",
                restriction=next((str(each.reason_code) for each in sku.restrictions or []), ""),
            )
            for sku in offered
            if sku.resource_type == "virtualMachines" and sku.name == node_type
        ),
        None,
    )
    quotas = (
        {
            each.name.value or "": Quota(used=each.current_value, limit=each.limit)
            for each in client.usage.list(location)
        }
        if size
        else {}
    )
    return judge_machines(stack, size, quotas)


def judge_machines(stack: Stack, size: MachineSize | None, quotas: Mapping[str, Quota]) -> Finding:
    """Compare what the pool may need with what the region offers."""
    settings, subject = stack.settings, "machines"
    other = f"az vm list-skus --location {settings.location} --resource-type virtualMachines"
    if size is None:
        found = f"{settings.location} does not offer {settings.node_type}"
        return error(subject, found, f"{other} --output table")
    if size.restriction:
        found = f"{settings.node_type} in {settings.location}: {size.restriction}"
        return error(subject, found, f"{other} --all --output table")
    needed = size.vcpus * settings.pool_max_capacity
    tight = [
        f"{name} {quota.used} of {quota.limit} vCPUs used"
        for name, quota in quotas.items()
        if name.lower() in (size.family.lower(), REGIONAL_QUOTA) and quota.left < needed
    ]
    if not tight:
        return ok(subject, f"{settings.node_type}, quota for {needed} vCPUs")
    found = f"{needed} vCPUs for {settings.pool_max_capacity} machines, but {', '.join(tight)}"
    one_fits = all(
        quota.left >= size.vcpus
        for name, quota in quotas.items()
        if name.lower() in (size.family.lower(), REGIONAL_QUOTA)
    )
    show = f"az vm list-usage --location {settings.location} --output table"
    return warning(subject, found, show) if one_fits else error(subject, found, show)
