"""Microsoft.KeyVault: vaults and the names of keys, as resources. No key or secret is served.

A deleted vault keeps its name until it is purged or its retention has passed.
"""

from __future__ import annotations

import uuid

from localcloud.arm.behavior import Behavior, Change, Context
from localcloud.arm.naming import NameRule
from localcloud.arm.soft_delete import SoftDelete
from localcloud.arm.types import ResourceType, Taken
from localcloud.errors import CloudError
from localcloud.tokens import TENANT_ID

TYPE_NAME = "Microsoft.KeyVault/vaults"
MIN_RETENTION_DAYS = 7
MAX_RETENTION_DAYS = 90
RSA_BITS = 2048
RSA_OPERATIONS = ("encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey")
_VERSIONS = frozenset({"2022-07-01", "2023-02-01", "2023-07-01", "2024-11-01"})


class Vault(Behavior):
    """A key vault.

    Fidelity: verified (azure-mgmt-keyvault: shapes; github.com/alan-turing-institute/
    data-safe-haven issue 2523: a deleted vault's name), assumed (other refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """The tenant must be this one, purge protection can't be turned off, retention is bound."""
        _check_deleted(context, change)
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
        if properties.pop("createMode", "default") == "recover":
            _recover(context, change)
        properties["vaultUri"] = f"https://{change.address.name.lower()}.vault.azure.net/"
        properties.setdefault("accessPolicies", [])
        properties.setdefault("enableSoftDelete", True)
        properties.setdefault("softDeleteRetentionInDays", MAX_RETENTION_DAYS)
        properties.setdefault("publicNetworkAccess", "Enabled")
        for name in ("enabledForDeployment", "enableRbacAuthorization"):
            properties.setdefault(name, False)


def _check_deleted(context: Context, change: Change) -> None:
    """A deleted vault's name is free for its recovery only, and only a deleted one recovers."""
    deleted = context.deleted.named(TYPE_NAME, change.address.name)
    recovers = change.properties.get("createMode") == "recover"
    if change.before is None and deleted and not recovers:
        raise CloudError(
            409,
            "ConflictError",
            "A vault with the same name already exists in deleted state. You need to either "
            "recover or purge existing key vault. Follow this link "
            "https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft delete.",
        )
    is_there = deleted and deleted.resource["id"].lower() == change.address.key
    if change.before is None and recovers and not is_there:
        raise CloudError(
            400,
            "SoftDeletedVaultDoesNotExist",
            "A soft deleted vault with the given name does not exist. Ensure that the name for "
            "the vault that is being attempted to recover is in a recoverable state.",
        )


def _recover(context: Context, change: Change) -> None:
    """Take what the deleted vault had where the request says nothing."""
    deleted = context.deleted.find(TYPE_NAME, change.resource["id"])
    if deleted is None:
        return
    for name, value in deleted.resource["properties"].items():
        change.properties.setdefault(name, value)
    context.deleted.purge(change.resource["id"])


class Key(Behavior):
    """A key of a vault: its name and its address. There is no key behind it to encrypt with.

    Fidelity: verified (azure-mgmt-keyvault: shapes, a PUT leaves an existing key as it is),
    assumed (refusals, defaults, deletion)
    """

    def check(self, context: Context, change: Change) -> None:
        """A key needs a type."""
        if not change.properties.get("kty"):
            raise CloudError(400, "BadParameter", 'The property "kty" is not specified.')

    def complete(self, context: Context, change: Change) -> None:
        """Address and version of a new key; an existing one stays as it is."""
        if change.before is not None:
            change.resource.clear()
            change.resource.update(change.before)
            return
        properties = change.properties
        vault = change.address.root.name.lower()
        properties["keyUri"] = f"https://{vault}.vault.azure.net/keys/{change.address.name}"
        properties["keyUriWithVersion"] = f"{properties['keyUri']}/{uuid.uuid4().hex}"
        if properties["kty"].startswith("RSA"):
            properties.setdefault("keySize", RSA_BITS)
            properties.setdefault("keyOps", list(RSA_OPERATIONS))


TYPES = (
    ResourceType(
        name=TYPE_NAME,
        api_versions=_VERSIONS,
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
        soft_delete=SoftDelete(
            retention_days=lambda vault: vault["properties"]["softDeleteRetentionInDays"]
        ),
        needs_location=True,
    ),
    ResourceType(
        name=f"{TYPE_NAME}/keys",
        api_versions=_VERSIONS,
        naming=NameRule(pattern=r"[A-Za-z0-9-]{1,127}", says="1-127 letters, digits and hyphens"),
        behavior=Key(),
        created_status=200,
    ),
)
