"""The keys that encrypt secrets in the stacks' state: one for each stack, in one vault.

Purge protection is on: without its key a stack's secrets can't be read by anybody ever again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_azure_native import keyvault

RECOVERY_DAYS = 90
RSA_BITS = 3072


@dataclass(frozen=True, kw_only=True)
class SecretsVaultArgs:
    """Settings of :class:`SecretsVault`."""

    resource_group_name: Input[str]
    location: str
    tenant_id: Input[str]
    vault_name: str
    key_names: tuple[str, ...]
    tags: Mapping[str, str]


class SecretsVault(ComponentResource):
    """Key vault with a key for each stack."""

    vault_id: Output[str]
    """ARM id of the key vault."""

    key_ids: Mapping[str, Output[str]]
    """Key name to its ARM id."""

    key_uris: Mapping[str, Output[str]]
    """Key name to its address, without a version: Pulumi takes the newest."""

    def __init__(
        self, name: str, args: SecretsVaultArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("dataopsml:bootstrap:SecretsVault", name, None, opts)
        vault = keyvault.Vault(
            f"{name}-vault",
            vault_name=args.vault_name,
            resource_group_name=args.resource_group_name,
            location=args.location,
            properties=keyvault.VaultPropertiesArgs(
                tenant_id=args.tenant_id,
                sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
                enable_rbac_authorization=True,
                enable_purge_protection=True,
                soft_delete_retention_in_days=RECOVERY_DAYS,
            ),
            tags=args.tags,
            opts=ResourceOptions(parent=self, protect=True),
        )
        keys = {
            key: keyvault.Key(
                f"{name}-{key}",
                key_name=key,
                vault_name=vault.name,
                resource_group_name=args.resource_group_name,
                properties=keyvault.KeyPropertiesArgs(
                    kty=keyvault.JsonWebKeyType.RSA, key_size=RSA_BITS
                ),
                opts=ResourceOptions(parent=self, protect=True),
            )
            for key in args.key_names
        }
        self.vault_id = vault.id
        self.key_ids = {key: made.id for key, made in keys.items()}
        self.key_uris = {key: made.key_uri for key, made in keys.items()}
        self.register_outputs(
            {
                "vault_id": self.vault_id,
                "key_ids": self.key_ids,
                "key_uris": self.key_uris,
            }
        )
