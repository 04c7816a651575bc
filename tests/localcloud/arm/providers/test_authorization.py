"""Role assignments, through Azure's own client."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from azure.mgmt.authorization import AuthorizationManagementClient

from localcloud.tokens import SUBSCRIPTION_ID

pytestmark = pytest.mark.servers

SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION_ID}"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"


@pytest.fixture
def assignments(client_of: Callable[..., Any]) -> Any:
    return client_of(AuthorizationManagementClient).role_assignments


def grant(principal: str, role: str = READER) -> dict[str, Any]:
    definitions = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
    return {
        "role_definition_id": f"{definitions}/{role}",
        "principal_id": principal,
        "principal_type": "ServicePrincipal",
    }


def test_an_assignment_is_made_read_listed_and_deleted(assignments: Any, group: str) -> None:
    scope, name, principal = (
        f"{SUBSCRIPTION}/resourceGroups/{group}",
        str(uuid.uuid4()),
        str(uuid.uuid4()),
    )
    above = [a.id for a in assignments.list_for_scope(SUBSCRIPTION, filter="atScope()")]
    made = assignments.create(scope, name, grant(principal))
    assert (made.name, made.scope, made.principal_type) == (name, scope, "ServicePrincipal")
    assert assignments.get(scope, name).principal_id == principal
    mine = f"principalId eq '{principal}'"
    assert [a.id for a in assignments.list_for_scope(scope, filter=mine)] == [made.id]
    assert [a.id for a in assignments.list_for_subscription(filter=mine)] == [made.id]
    assert [a.id for a in assignments.list_for_scope(SUBSCRIPTION, filter="atScope()")] == above
    assert assignments.delete(scope, name).name == name
    assert assignments.delete(scope, name) is None


def test_a_repeated_put_is_no_change_and_another_grant_is_refused(
    assignments: Any, group: str, refuses: Any
) -> None:
    scope, name, principal = (
        f"{SUBSCRIPTION}/resourceGroups/{group}",
        str(uuid.uuid4()),
        str(uuid.uuid4()),
    )
    first = assignments.create(scope, name, grant(principal))
    again = assignments.create(scope, name, grant(principal))
    assert (again.id, again.created_on) == (first.id, first.created_on)
    for other_name, body, code in (
        (str(uuid.uuid4()), grant(principal), "RoleAssignmentExists"),
        (name, grant(principal, CONTRIBUTOR), "RoleAssignmentUpdateNotPermitted"),
        ("no-guid", grant(principal), "InvalidResourceName"),
        (str(uuid.uuid4()), grant("somebody"), "InvalidRoleAssignment"),
    ):
        with refuses(code):
            assignments.create(scope, other_name, body)


def test_a_filter_that_is_not_understood_is_refused(assignments: Any, refuses: Any) -> None:
    with refuses("InvalidFilterInQueryString"):
        list(assignments.list_for_subscription(filter="principalId eq nobody"))
