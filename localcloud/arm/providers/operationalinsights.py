"""Microsoft.OperationalInsights: Log Analytics workspaces. Nothing is collected in them.

A deleted workspace is recovered by making it again in its group and region within 14 days.
"""

from __future__ import annotations

import base64
import secrets
import uuid

from localcloud.arm.behavior import Behavior, Change, Context
from localcloud.arm.naming import alphanumeric_with_hyphens
from localcloud.arm.soft_delete import SoftDelete
from localcloud.arm.types import ResourceType
from localcloud.errors import CloudError
from localcloud.store import JsonObject

TYPE_NAME = "Microsoft.OperationalInsights/workspaces"
MIN_RETENTION_DAYS = 30
MAX_RETENTION_DAYS = 730
NAME_KEPT_DAYS = 14


def shared_keys(context: Context, resource: JsonObject, _body: JsonObject) -> JsonObject:
    """The keys with which agents send data."""
    return context.resources.secrets(resource["id"])


class Workspace(Behavior):
    """A Log Analytics workspace.

    Fidelity: verified (azure-mgmt-loganalytics: shapes; learn.microsoft.com/rest/api/loganalytics/
    workspaces/delete: recovery), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """The retention must be one that is sold; a deleted workspace comes back where it was."""
        deleted = context.deleted.find(TYPE_NAME, change.address.id)
        if deleted and deleted.resource["location"] != change.resource["location"]:
            raise CloudError(
                409,
                "Conflict",
                f"The workspace name '{change.address.name}' is not unique: a deleted workspace "
                f"in {deleted.resource['location']} keeps it.",
            )
        days = change.properties.get("retentionInDays", MIN_RETENTION_DAYS)
        if not MIN_RETENTION_DAYS <= days <= MAX_RETENTION_DAYS:
            raise CloudError(
                400,
                "InvalidParameter",
                f"'RetentionInDays' is {days}; it must be between {MIN_RETENTION_DAYS} and "
                f"{MAX_RETENTION_DAYS} days.",
            )

    def complete(self, context: Context, change: Change) -> None:
        """Ids, keys and defaults; those that a deleted workspace had."""
        deleted = context.deleted.find(TYPE_NAME, change.address.id)
        if deleted is not None:
            change.properties["customerId"] = deleted.resource["properties"]["customerId"]
            change.secrets.update(deleted.secrets)
            context.deleted.purge(change.address.id)
        known = change.properties.get("customerId")
        change.keep("customerId", lambda: known or str(uuid.uuid4()))
        properties = change.properties
        properties.setdefault("sku", {"name": "PerGB2018"})
        properties.setdefault("retentionInDays", MIN_RETENTION_DAYS)
        properties.setdefault("publicNetworkAccessForIngestion", "Enabled")
        properties.setdefault("publicNetworkAccessForQuery", "Enabled")
        if change.before is None and deleted is None:
            for name in ("primarySharedKey", "secondarySharedKey"):
                change.secrets[name] = base64.b64encode(secrets.token_bytes(64)).decode()


TYPES = (
    ResourceType(
        name=TYPE_NAME,
        api_versions=frozenset(
            {"2020-08-01", "2021-06-01", "2022-10-01", "2023-09-01", "2025-02-01", "2025-07-01"}
        ),
        naming=alphanumeric_with_hyphens(4, 63),
        behavior=Workspace(),
        actions={"sharedKeys": shared_keys},
        soft_delete=SoftDelete(retention_days=lambda _: NAME_KEPT_DAYS, for_good="force"),
        needs_location=True,
    ),
)
