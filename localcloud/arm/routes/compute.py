"""Microsoft.Compute, as far as machines can be asked about: sizes by region, and quotas.

No machine can be made here, so nothing of a quota is ever used.
"""

from __future__ import annotations

import re

from fastapi import APIRouter, Request

from localcloud.arm import locations, registry, scopes
from localcloud.databricks.runtimes import NODE_TYPES
from localcloud.errors import CloudError
from localcloud.store import JsonObject

NAMESPACE = "Microsoft.Compute"
QUOTA_VCPUS = 100
"""Per family and region. Azure's own default depends on the subscription."""

_BASE = f"/subscriptions/{{subscription}}/providers/{NAMESPACE}"

router = APIRouter()


@router.get(_BASE + "/skus")
def skus(request: Request, subscription: str) -> JsonObject:
    """Sizes of machines; with ``$filter=location eq '...'`` those of one region.

    Fidelity: verified (azure-mgmt-compute: shape), assumed (every size is in every region)
    """
    _check(request, subscription)
    regions = _filtered(request.query_params.get("$filter", ""))
    return {
        "value": [_sku(name, regions, *numbers) for name, numbers in NODE_TYPES.items() if regions]
    }


@router.get(_BASE + "/locations/{location}/usages")
def usages(request: Request, subscription: str, location: str) -> JsonObject:
    """Quotas of vCPUs in a region, and how much of each is used.

    Fidelity: verified (azure-mgmt-compute: shape), assumed (limits)
    """
    _check(request, subscription)
    locations.normalize(location, f"{NAMESPACE}/locations")
    families = sorted({_family(name) for name in NODE_TYPES})
    return {
        "value": [
            _usage("cores", "Total Regional vCPUs"),
            *(_usage(family, f"{family.removeprefix('standard')} vCPUs") for family in families),
        ]
    }


def _check(request: Request, subscription: str) -> None:
    registry.require_api_version(request.query_params.get("api-version"))
    scopes.check_subscription(subscription)


def _filtered(odata_filter: str) -> list[str]:
    match = re.fullmatch(r"\s*location eq '([^']*)'\s*|", odata_filter)
    if match is None:
        message = f"The filter \"{odata_filter}\" is not supported: location eq '...' is."
        raise CloudError(400, "InvalidFilterInQueryString", message)
    if match[1] is None:
        return list(locations.LOCATIONS)
    return [match[1]] if match[1].lower() in locations.LOCATIONS else []


def _sku(name: str, regions: list[str], memory_mb: int, cores: int, disk_gb: int) -> JsonObject:
    capabilities = {
        "vCPUs": str(cores),
        "MemoryGB": str(memory_mb // 1024),
        "MaxResourceVolumeMB": str(disk_gb * 1024),
    }
    return {
        "resourceType": "virtualMachines",
        "name": name,
        "tier": "Standard",
        "size": name.removeprefix("Standard_"),
        "family": _family(name),
        "locations": regions,
        "locationInfo": [{"location": region, "zones": []} for region in regions],
        "capabilities": [{"name": key, "value": value} for key, value in capabilities.items()],
        "restrictions": [],
    }


def _family(name: str) -> str:
    """Quota family of a size, e.g. ``standardDDSv5Family`` for ``Standard_D4ds_v5``."""
    match = re.fullmatch(r"Standard_([A-Z]+)\d+([a-z]*)_(v\d+)", name)
    if match is None:
        raise ValueError(f"{name} is no size of a machine")
    return f"standard{match[1]}{match[2].upper()}{match[3]}Family"


def _usage(name: str, title: str) -> JsonObject:
    return {
        "unit": "Count",
        "currentValue": 0,
        "limit": QUOTA_VCPUS,
        "name": {"value": name, "localizedValue": title},
    }
