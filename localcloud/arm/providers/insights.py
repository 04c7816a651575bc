"""Microsoft.Insights: Application Insights components, workspace-based. Nothing is collected."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from localcloud.arm.behavior import Behavior, Change, Context
from localcloud.arm.naming import NameRule
from localcloud.arm.providers import operationalinsights
from localcloud.arm.types import ResourceType
from localcloud.errors import CloudError
from localcloud.tokens import TENANT_ID

TYPE_NAME = "Microsoft.Insights/components"


class Component(Behavior):
    """An Application Insights component.

    Fidelity: verified (azure-mgmt-applicationinsights: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """A component needs a Log Analytics workspace: classic ones are retired."""
        workspace = change.properties.get("WorkspaceResourceId")
        if not workspace:
            raise CloudError(
                400,
                "BadRequest",
                "'WorkspaceResourceId' is missing: classic Application Insights components are "
                "retired, a component needs a Log Analytics workspace.",
            )
        context.resources.referred(workspace, operationalinsights.TYPE_NAME, change.address.id)

    def complete(self, context: Context, change: Change) -> None:
        """Ids, the connection string and defaults."""
        properties = change.properties
        app_id = change.keep("AppId", lambda: str(uuid.uuid4()))
        key = change.keep("InstrumentationKey", lambda: str(uuid.uuid4()))
        change.keep("CreationDate", lambda: datetime.now(UTC).isoformat())
        location = change.resource["location"]
        properties["ConnectionString"] = (
            f"InstrumentationKey={key};"
            f"IngestionEndpoint=https://{location}-0.in.applicationinsights.azure.com/;"
            f"ApplicationId={app_id}"
        )
        properties["ApplicationId"] = properties["Name"] = change.address.name
        properties["TenantId"] = TENANT_ID
        properties.setdefault("IngestionMode", "LogAnalytics")
        properties.setdefault("RetentionInDays", 90)
        properties.setdefault("publicNetworkAccessForIngestion", "Enabled")
        properties.setdefault("publicNetworkAccessForQuery", "Enabled")


TYPES = (
    ResourceType(
        name=TYPE_NAME,
        api_versions=frozenset({"2015-05-01", "2018-05-01-preview", "2020-02-02"}),
        naming=NameRule(
            pattern=r"[^%&\\?/\x00-\x1f]{0,259}[^%&\\?/ .\x00-\x1f]",
            says="1-260 characters without %&\\?/ and control characters, no space or period at "
            "the end",
        ),
        behavior=Component(),
        created_status=200,
        needs_location=True,
    ),
)
