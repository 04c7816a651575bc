"""Microsoft.KeyVault: vaults, as resources. No keys or secrets are served.

A deleted vault is gone at once: soft delete and purge protection are recorded, not enforced.
"""

from __future__ import annotations

from localcloud.arm.behavior import Behavior, Change, Context
from localcloud.arm.naming import NameRule
from localcloud.arm.types import ResourceType, Taken
from localcloud.errors import CloudError
from localcloud.tokens import TENANT_ID

TYPE_NAME = "Microsoft.KeyVault/vaults"
MIN_RETENTION_DAYS = 7
MAX_RETENTION_DAYS = 90


class Vault(Behavior):
    """A key vault.

    Fidelity: verified (azure-mgmt-keyvault: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """The tenant must be this one, purge protection can't be turned off, retention is bound."""
        properties = change.properties
        if properties["tenantId"].lower() != TENANT_ID:
            raise CloudError(
                400,
                "BadRequest",
                f"The tenant ID '{properties['tenantId']}' of the vault differs from the "
                f"subscription's tenant '{TENANT_ID}'.",
            )
        if properties.get("enablePurgeProtection") is False:
            raise CloudError(
                400,
                "BadRequest",
                'The property "enablePurgeProtection" cannot be set to false. Leave it out.',
            )
        days = properties.get("softDeleteRetentionInDays", MAX_RETENTION_DAYS)
        if not MIN_RETENTION_DAYS <= days <= MAX_RETENTION_DAYS:
            raise CloudError(
                400,
                "BadRequest",
                f'The property "softDeleteRetentionInDays" is {days}; it must be between '
                f"{MIN_RETENTION_DAYS} and {MAX_RETENTION_DAYS}.",
            )
        by_policies = not properties.get("enableRbacAuthorization")
        creates = properties.get("createMode", "default") == "default"
        if by_policies and creates and "accessPolicies" not in properties:
            raise CloudError(
                400,
                "BadRequest",
                'The parameter "accessPolicies" is not specified: give it, or set '
                '"enableRbacAuthorization".',
            )

    def complete(self, context: Context, change: Change) -> None:
        """Address and defaults."""
        properties = change.properties
        properties["vaultUri"] = f"https://{change.address.name.lower()}.vault.azure.net/"
        properties.pop("createMode", None)
        properties.setdefault("accessPolicies", [])
        properties.setdefault("enableSoftDelete", True)
        properties.setdefault("softDeleteRetentionInDays", MAX_RETENTION_DAYS)
        properties.setdefault("publicNetworkAccess", "Enabled")
        for name in ("enabledForDeployment", "enableRbacAuthorization"):
            properties.setdefault(name, False)


TYPES = (
    ResourceType(
        name=TYPE_NAME,
        api_versions=frozenset({"2022-07-01", "2023-02-01", "2023-07-01", "2024-11-01"}),
        naming=NameRule(
            pattern=r"[A-Za-z](?=.{2,23}$)(?:-?[A-Za-z0-9])+",
            says="3-24 letters, digits and hyphens; begins with a letter, ends with a letter or "
            "digit, no two hyphens in a row",
            code="VaultNameNotValid",
        ),
        behavior=Vault(),
        create_only=("properties.softDeleteRetentionInDays",),
        taken=Taken(
            code="VaultAlreadyExists",
            message="The vault name '{name}' is already in use. Vault names are globally unique "
            "so it is possible that the name is already taken.",
        ),
        needs_location=True,
    ),
)
