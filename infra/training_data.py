"""The training data: a storage account, a container and the data set in it.

The file goes up as it is. Cleaning it is the notebook's work.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import urlsplit

from pulumi import ComponentResource, FileAsset, Output, ResourceOptions
from pulumi_azure_native import storage

from infra.grants import STORAGE_BLOB_DATA_READER, grant
from infra.plans import DataOptions
from infra.site import Site
from infra.storage_account import secure_storage_account

CONTAINER = "trainingdata"
WRITTEN_BY_SPARK = {"hdi_version": "2013-09-01"}
"""Metadata that Hadoop's wasb driver sets on a container when it first writes to it.

Declared from the start, so that the first run is not taken for drift.
Source: hadoop-azure, AzureNativeFileSystemStore.CURRENT_WASB_VERSION.
"""


@dataclass(frozen=True, kw_only=True)
class TrainingDataArgs:
    """Settings of :class:`TrainingData`."""

    site: Site
    file: PurePath
    """CSV file to upload, relative to the project: the state shall not depend on one machine."""
    options: DataOptions


class TrainingData(ComponentResource):
    """Storage account with the container of training data."""

    account_name: Output[str]
    """Name of the storage account."""

    blob_endpoint: Output[str]
    """Blob endpoint of the account with scheme, as the account says it."""

    endpoint_suffix: Output[str | None]
    """The cloud's part of that endpoint, e.g. ``core.windows.net``; see :func:`endpoint_suffix`."""

    container_name: Output[str]
    """Container of the data."""

    data_path: Output[str]
    """Blob name of the data set inside the container."""

    def __init__(
        self, name: str, args: TrainingDataArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("dataopsml:infra:TrainingData", name, None, opts)
        group = args.site.resource_group_name

        account = secure_storage_account(
            f"{name}-storage",
            account_name=args.site.names.training_storage_account,
            recovery_days=args.options.recovery_days,
            site=args.site,
            parent=self,
        )
        container = storage.BlobContainer(
            f"{name}-container",
            container_name=CONTAINER,
            account_name=account.name,
            resource_group_name=group,
            public_access=storage.PublicAccess.NONE,
            metadata=WRITTEN_BY_SPARK,
            opts=ResourceOptions(parent=self),
        )
        blob = storage.Blob(
            f"{name}-{args.file.stem}",
            blob_name=args.file.name,
            account_name=account.name,
            container_name=container.name,
            resource_group_name=group,
            type=storage.BlobType.BLOCK,
            content_type="text/csv",
            source=FileAsset(str(args.file)),
            opts=ResourceOptions(parent=self),
        )
        for principal_id, principal_type in args.options.readers.items():
            grant(
                f"{name}-reader-{principal_id}",
                role_id=STORAGE_BLOB_DATA_READER,
                scope=account.id,
                principal_id=principal_id,
                principal_type=principal_type,
                site=args.site,
                parent=self,
            )
        keys = storage.list_storage_account_keys_output(
            account_name=account.name, resource_group_name=group
        )

        self.account_name = account.name
        self._account_key: Output[str] = Output.secret(keys.keys[0].value)
        self.blob_endpoint = account.primary_endpoints.blob
        self.endpoint_suffix = Output.all(account.name, self.blob_endpoint).apply(
            lambda known: endpoint_suffix(*known)
        )
        self.container_name = container.name
        self.data_path = blob.name
        self.register_outputs(
            {
                "account_name": self.account_name,
                "blob_endpoint": self.blob_endpoint,
                "endpoint_suffix": self.endpoint_suffix,
                "container_name": self.container_name,
                "data_path": self.data_path,
            }
        )

    @property
    def account_key(self) -> Output[str]:
        """A key of the account; secret.

        Not registered as an output of the component: the SDK writes those in plain text into the
        engine's debug log.
        """
        return self._account_key


def endpoint_suffix(account_name: str, blob_endpoint: str) -> str | None:
    """What follows ``<account>.blob.`` in the endpoint, sovereign clouds included.

    None where the account is part of the path and not of the host, as storage emulators have
    it: only the cloud itself then knows its suffix, and Azure ML uses it when given none.
    """
    _, is_host, suffix = urlsplit(blob_endpoint).netloc.partition(f"{account_name}.blob.")
    return suffix if is_host else None
