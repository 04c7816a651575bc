"""Microsoft.ManagedIdentity: user-assigned identities and what they trust. They sign in nowhere."""

from __future__ import annotations

import uuid

from localcloud.arm.behavior import Behavior, Change, Context
from localcloud.arm.naming import NameRule
from localcloud.arm.types import ResourceType
from localcloud.errors import CloudError
from localcloud.tokens import TENANT_ID

TYPE_NAME = "Microsoft.ManagedIdentity/userAssignedIdentities"
CREDENTIAL_TYPE_NAME = f"{TYPE_NAME}/federatedIdentityCredentials"
MAX_CREDENTIALS = 20
_VERSIONS = frozenset({"2018-11-30", "2023-01-31", "2024-11-30"})


class Identity(Behavior):
    """A user-assigned identity.

    Fidelity: verified (azure-mgmt-msi: shapes), assumed (refusals)
    """

    def complete(self, context: Context, change: Change) -> None:
        """Ids in the directory."""
        change.keep("principalId", lambda: str(uuid.uuid4()))
        change.keep("clientId", lambda: str(uuid.uuid4()))
        change.properties["tenantId"] = TENANT_ID


class FederatedCredential(Behavior):
    """What a user-assigned identity trusts.

    Azure refuses two writes on one identity at the same time; here they take turns.

    Fidelity: verified (azure-mgmt-msi: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """Issuer and subject are unique within an identity, and their number is bound."""
        wanted = change.properties
        for name in ("issuer", "subject", "audiences"):
            if not wanted.get(name):
                message = f"The federated identity credential has no '{name}'."
                raise CloudError(400, "BadRequest", message)
        identity = change.address.root.id
        others = [
            each
            for each in context.resources.list(identity, CREDENTIAL_TYPE_NAME)
            if each["name"].lower() != change.address.name.lower()
        ]
        if len(others) >= MAX_CREDENTIALS:
            message = f"An identity can have {MAX_CREDENTIALS} federated identity credentials."
            raise CloudError(400, "TooManyFederatedIdentityCredentials", message)
        for each in others:
            if all(each["properties"][name] == wanted[name] for name in ("issuer", "subject")):
                message = f"Issuer and subject are those of '{each['name']}' already."
                raise CloudError(409, "Conflict", message)


TYPES = (
    ResourceType(
        name=TYPE_NAME,
        api_versions=_VERSIONS,
        naming=NameRule(
            pattern=r"[A-Za-z0-9][\w-]{2,127}",
            says="3-128 letters, digits, hyphens and underscores; begins with a letter or digit",
        ),
        behavior=Identity(),
        needs_location=True,
    ),
    ResourceType(
        name=CREDENTIAL_TYPE_NAME,
        api_versions=_VERSIONS,
        naming=NameRule(
            pattern=r"[A-Za-z0-9][\w-]{2,119}",
            says="3-120 letters, digits, hyphens and underscores; begins with a letter or digit",
        ),
        behavior=FederatedCredential(),
    ),
)
