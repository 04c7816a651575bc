"""Microsoft.Authorization: role assignments. They are recorded; nothing here asks for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from localcloud.arm.behavior import Behavior, Change, Context
from localcloud.arm.naming import GUID
from localcloud.arm.types import ResourceType
from localcloud.errors import CloudError
from localcloud.store import JsonObject
from localcloud.tokens import OBJECT_ID

TYPE_NAME = "Microsoft.Authorization/roleAssignments"


class RoleAssignment(Behavior):
    """A role assignment.

    Fidelity: verified (azure-mgmt-authorization: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """One assignment per scope, principal and role; an existing one stays as it is."""
        wanted = change.properties
        role = wanted["roleDefinitionId"].rstrip("/").split("/")[-1]
        problem = GUID.problem(role) or GUID.problem(wanted["principalId"])
        if problem:
            raise CloudError(400, "InvalidRoleAssignment", problem)
        if change.before is not None:
            if _grant(change.before["properties"]) != _grant(wanted):
                raise CloudError(
                    409,
                    "RoleAssignmentUpdateNotPermitted",
                    "Tenant ID, application ID, principal ID, and scope are not allowed to be "
                    "updated.",
                )
            return
        for other in context.resources.list(change.address.scope, TYPE_NAME):
            same_scope = other["properties"]["scope"].lower() == change.address.scope.lower()
            if same_scope and _grant(other["properties"]) == _grant(wanted):
                raise CloudError(
                    409,
                    "RoleAssignmentExists",
                    f"The role assignment already exists. The ID of the existing role assignment "
                    f"is {other['name']}.",
                )

    def complete(self, context: Context, change: Change) -> None:
        """Scope, and who made it when."""
        properties = change.properties
        properties["scope"] = change.address.scope
        properties.setdefault("principalType", "User")
        change.keep("createdOn", lambda: datetime.now(UTC).isoformat())
        change.keep("createdBy", lambda: OBJECT_ID)
        properties["updatedOn"] = datetime.now(UTC).isoformat()
        properties["updatedBy"] = OBJECT_ID

    def list(
        self, context: Context, prefix: str, type_name: str, query: Mapping[str, str]
    ) -> list[JsonObject]:
        """Assignments at, above and, unless ``atScope()`` is asked for, below a scope."""
        everything = context.resources.list("", type_name)
        at_scope, principal = _parse_filter(query.get("$filter", ""))
        here = prefix.lower()
        found = []
        for each in everything:
            scope = each["properties"]["scope"].lower()
            above = here == scope or here.startswith(f"{scope}/")
            below = scope.startswith(f"{here}/") and not at_scope
            asked_for = principal in ("", each["properties"]["principalId"].lower())
            if (above or below) and asked_for:
                found.append(each)
        return found


def _grant(properties: JsonObject) -> tuple[str, str]:
    role: str = properties["roleDefinitionId"].rstrip("/").split("/")[-1]
    return role.lower(), str(properties["principalId"]).lower()


def _parse_filter(odata_filter: str) -> tuple[bool, str]:
    """Whether only a scope itself is asked for, and whose assignments (empty: everybody's)."""
    at_scope, principal = False, ""
    for part in filter(None, odata_filter.split(" and ")):
        match = re.fullmatch(r"\s*(?:atScope\(\)|principalId eq '([^']+)')\s*", part)
        if match is None:
            message = (
                f"The filter '{part}' is not supported: atScope() and principalId eq '...' are."
            )
            raise CloudError(400, "InvalidFilterInQueryString", message)
        if match[1]:
            principal = match[1].lower()
        else:
            at_scope = True
    return at_scope, principal


TYPES = (
    ResourceType(
        name=TYPE_NAME,
        api_versions=frozenset({"2018-09-01-preview", "2020-04-01-preview", "2022-04-01"}),
        naming=GUID,
        behavior=RoleAssignment(),
        extends=True,
    ),
)
