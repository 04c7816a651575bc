"""Where Pulumi keeps what it knows: one container for each stack, so that each has its readers.

Shared keys are off: only an identity with a role gets in. Overwritten and deleted state can be
brought back for a month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_azure_native import storage

RETENTION_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class StateStorageArgs:
    """Settings of :class:`StateStorage`."""

    resource_group_name: Input[str]
    location: str
    account_name: str
    container_names: tuple[str, ...]
    tags: Mapping[str, str]


class StateStorage(ComponentResource):
    """Storage account with a container for each stack's state."""

    account_name: Output[str]
    """Storage account."""

    account_id: Output[str]
    """Its ARM id."""

    container_ids: Mapping[str, Output[str]]
    """Container name to its ARM id."""

    def __init__(
        self, name: str, args: StateStorageArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("dataopsml:bootstrap:StateStorage", name, None, opts)
        account = storage.StorageAccount(
            f"{name}-account",
            account_name=args.account_name,
            resource_group_name=args.resource_group_name,
            location=args.location,
            kind=storage.Kind.STORAGE_V2,
            sku=storage.SkuArgs(name=storage.SkuName.STANDARD_ZRS),
            minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
            enable_https_traffic_only=True,
            allow_blob_public_access=False,
            allow_shared_key_access=False,
            tags=args.tags,
            # Without it nobody knows what the stacks have.
            opts=ResourceOptions(parent=self, protect=True),
        )
        keep = storage.DeleteRetentionPolicyArgs(enabled=True, days=RETENTION_DAYS)
        service = storage.BlobServiceProperties(
            f"{name}-service",
            account_name=account.name,
            blob_services_name="default",
            resource_group_name=args.resource_group_name,
            is_versioning_enabled=True,
            delete_retention_policy=keep,
            container_delete_retention_policy=keep,
            opts=ResourceOptions(parent=self),
        )
        containers = {
            container: storage.BlobContainer(
                f"{name}-{container}",
                container_name=container,
                account_name=account.name,
                resource_group_name=args.resource_group_name,
                public_access=storage.PublicAccess.NONE,
                # After the service's settings, so that no state is ever without its versions.
                opts=ResourceOptions(parent=self, depends_on=[service], protect=True),
            )
            for container in args.container_names
        }
        self.account_name = account.name
        self.account_id = account.id
        self.container_ids = {container: made.id for container, made in containers.items()}
        self.register_outputs(
            {
                "account_name": self.account_name,
                "account_id": self.account_id,
                "container_ids": self.container_ids,
            }
        )
