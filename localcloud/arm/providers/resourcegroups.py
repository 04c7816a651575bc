"""Microsoft.Resources: resource groups. Deleting one deletes what is in it."""

from __future__ import annotations

from localcloud.arm.behavior import Behavior, Context
from localcloud.arm.naming import NameRule
from localcloud.arm.types import Polling, ResourceType
from localcloud.errors import CloudError
from localcloud.store import JsonObject

TYPE_NAME = "Microsoft.Resources/resourceGroups"


class ResourceGroup(Behavior):
    """A resource group.

    Fidelity: verified (azure-mgmt-resource: shapes), assumed (refusals)
    """

    def check_delete(self, context: Context, resource: JsonObject) -> None:
        """A group that a service manages goes with the service's own resource."""
        owner = resource.get("managedBy")
        if owner and context.resources.get(owner):
            raise CloudError(
                403,
                "DenyAssignmentAuthorizationFailed",
                f"The resource group '{resource['name']}' is managed by '{owner}' and goes with it",
            )


TYPES = (
    ResourceType(
        name=TYPE_NAME,
        api_versions=frozenset(
            {"2019-10-01", "2020-06-01", "2021-04-01", "2022-09-01", "2024-03-01", "2024-07-01"}
            | {"2024-11-01", "2025-03-01", "2025-04-01"}
        ),
        naming=NameRule(
            pattern=r"[\w().-]{0,89}[\w()-]",
            says="1-90 letters, digits, underscores, parentheses, hyphens and periods, "
            "no period at the end",
            code="InvalidResourceGroup",
        ),
        behavior=ResourceGroup(),
        create_only=("managedBy",),
        slow_delete=Polling.LOCATION,
        needs_location=True,
    ),
)
