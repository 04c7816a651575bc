"""The one kind of storage account that this project makes."""

from __future__ import annotations

from pulumi import Input, Resource, ResourceOptions
from pulumi_azure_native import storage

from infra.site import Site


def secure_storage_account(
    name: str, *, account_name: Input[str], recovery_days: int, site: Site, parent: Resource
) -> storage.StorageAccount:
    """A general-purpose account: TLS 1.2 or newer, nothing public, locally redundant.

    Shared keys stay on, since Azure ML and the notebook's storage driver sign in with them.
    The hierarchical namespace stays off, since Azure ML takes no default storage with it.

    Args:
        name: logical name.
        account_name: name in Azure.
        recovery_days: how long deleted blobs and containers can be recovered; 0 for not at all.
        site: where it goes.
        parent: the component.
    """
    account = storage.StorageAccount(
        name,
        account_name=account_name,
        resource_group_name=site.resource_group_name,
        location=site.location,
        kind=storage.Kind.STORAGE_V2,
        sku=storage.SkuArgs(name=storage.SkuName.STANDARD_LRS),
        minimum_tls_version=storage.MinimumTlsVersion.TLS1_2,
        enable_https_traffic_only=True,
        allow_blob_public_access=False,
        allow_shared_key_access=True,
        is_hns_enabled=False,
        opts=ResourceOptions(parent=parent),
    )
    recovery = storage.DeleteRetentionPolicyArgs(
        enabled=recovery_days > 0,
        days=recovery_days or None,
    )
    storage.BlobServiceProperties(
        f"{name}-recovery",
        account_name=account.name,
        blob_services_name="default",
        resource_group_name=site.resource_group_name,
        delete_retention_policy=recovery,
        container_delete_retention_policy=recovery,
        # Azure makes it with the account and keeps it as long.
        opts=ResourceOptions(parent=parent, deleted_with=account),
    )
    return account
