"""Role assignments. Their names are derived, so that a second deployment finds the first one's.

Only what no service grants by itself: Azure ML gives the workspace's own identity its roles, and
repeating one of those answers RoleAssignmentExists.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from pulumi import Input, Output, Resource, ResourceOptions
from pulumi_azure_native import authorization

from infra.site import Site

STORAGE_BLOB_DATA_READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
"""https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage"""


def grant(
    name: str,
    *,
    role_id: str,
    scope: Input[str],
    principal_id: str,
    principal_type: str,
    site: Site,
    parent: Resource,
) -> authorization.RoleAssignment:
    """Give a role to someone.

    Args:
        name: logical name of the assignment.
        role_id: GUID of the role, the same in every tenant for a built-in one.
        scope: ARM id of what the role is for.
        principal_id: Entra object id.
        principal_type: User, Group or ServicePrincipal. With it Azure does not look the principal
            up, which fails for one that was made a moment ago.
        site: the subscription.
        parent: the component.
    """
    return authorization.RoleAssignment(
        name,
        role_assignment_name=Output.from_input(scope).apply(
            lambda known: assignment_name(known, role_id, principal_id)
        ),
        scope=scope,
        role_definition_id=Output.format(
            "/subscriptions/{0}/providers/Microsoft.Authorization/roleDefinitions/{1}",
            site.subscription_id,
            role_id,
        ),
        principal_id=principal_id,
        principal_type=principal_type,
        opts=ResourceOptions(parent=parent),
    )


def assignment_name(scope: str, role_id: str, principal_id: str) -> str:
    """The GUID of an assignment: the same for the same scope, role and principal."""
    return str(uuid5(NAMESPACE_URL, f"{scope}|{role_id}|{principal_id}".lower()))
