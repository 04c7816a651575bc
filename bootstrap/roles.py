"""Who may do what where: the built-in roles that the bootstrap grants, and granting them.

https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from pulumi import Input, Output, Resource, ResourceOptions
from pulumi_azure_native import authorization

_NAMESPACE = uuid.UUID("3f1d8f0c-5f0a-4f8e-9c53-2a3d8a0d7b61")
"""Of the role assignments' names, which are derived so that a second run finds the first's."""


@dataclass(frozen=True, kw_only=True)
class Role:
    """A built-in role: its name, and its id, which is the same in every directory."""

    name: str
    id: str


CONTRIBUTOR = Role(name="Contributor", id="b24988ac-6180-42a0-ab88-20f7382dd24c")
READER = Role(name="Reader", id="acdd72a7-3385-48ef-bd42-f606fba81ae7")
READER_AND_DATA_ACCESS = Role(
    name="Reader and Data Access", id="c12c1c16-33a1-487b-954d-41c89c60f349"
)
BLOB_DATA_CONTRIBUTOR = Role(
    name="Storage Blob Data Contributor", id="ba92f5b4-2d11-453d-a403-e96b0029c9fe"
)
BLOB_DATA_READER = Role(name="Storage Blob Data Reader", id="2a2b9908-6ea1-4ae2-8e65-a410df84e7d1")
CRYPTO_USER = Role(name="Key Vault Crypto User", id="12338af0-0e69-4776-bea7-57ae8d297424")


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role on a scope.

    Attributes:
        label: names the grant among those of its identity, in Pulumi and in its derived id.
        role: what may be done.
        scope: ARM id of where.
    """

    label: str
    role: Role
    scope: Input[str]


def assign(
    name: str,
    grants: tuple[Grant, ...],
    *,
    principal_id: Input[str],
    principal_type: authorization.PrincipalType | None,
    subscription_id: Input[str],
    parent: Resource | None = None,
) -> None:
    """Give a principal its roles.

    Args:
        name: of the principal, unique in the subscription: the assignments' ids derive from it.
        grants: the roles and their scopes.
        principal_id: object id in the directory.
        principal_type: None if it is not known which kind it is.
        subscription_id: where the roles' definitions are looked up.
        parent: component that the assignments belong to.
    """
    for grant in grants:
        authorization.RoleAssignment(
            f"{name}-{grant.label}",
            role_assignment_name=str(uuid.uuid5(_NAMESPACE, f"{name}/{grant.label}")),
            principal_id=principal_id,
            principal_type=principal_type,
            role_definition_id=Output.format(
                "/subscriptions/{0}/providers/Microsoft.Authorization/roleDefinitions/{1}",
                subscription_id,
                grant.role.id,
            ),
            scope=grant.scope,
            opts=ResourceOptions(parent=parent),
        )
