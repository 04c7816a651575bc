"""Places in blob storage as a Databricks notebook is told about them.

A notebook gets three widgets per input or output: the address, the name of the Spark setting
for the account's key, and the name of the secret that holds the key.
"""

from __future__ import annotations

from dataclasses import dataclass

from localcloud.azureml.blob_datastores import BlobDatastore
from localcloud.azureml.wire import bad_request
from localcloud.store import JsonObject

SECRET_SCOPE = "amlscope"  # noqa: S105 - the name of a scope
"""Scope that Azure ML makes in an attached Databricks workspace."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A path in a blob datastore."""

    datastore: BlobDatastore
    path: str

    @property
    def url(self) -> str:
        """Address that Spark reads and writes.

        Fidelity: verified (public notebooks that run as DatabricksStep)
        """
        store = self.datastore
        host = f"{store.account}.blob.{store.suffix}"
        return f"wasbs://{store.container}@{host}/{self.path.lstrip('/')}"

    @property
    def config_name(self) -> str:
        """Spark setting for the account's key.

        Fidelity: verified (public notebooks that run as DatabricksStep)
        """
        return f"fs.azure.account.key.{self.datastore.account}.blob.{self.datastore.suffix}"

    @property
    def secret_name(self) -> str:
        """Key in the secret scope.

        Fidelity: assumed (notebooks must take it from the widget)
        """
        return f"{self.datastore.container}@{self.datastore.account}"

    @property
    def account_key(self) -> str:
        """What the secret holds.

        Raises:
            CloudError: 400 if the datastore holds no key.
        """
        if self.datastore.account_key is None:
            raise bad_request(
                f"datastore {self.datastore.name!r} holds no account key, and a Databricks "
                "notebook can use blob storage only with one: register it with its account key"
            )
        return self.datastore.account_key

    def widgets(self, name: str) -> dict[str, str]:
        """Widgets of the input or output with this name."""
        return {
            name: self.url,
            f"{name}_blob_config": self.config_name,
            f"{name}_blob_secretname": self.secret_name,
        }

    def as_reference(self) -> JsonObject:
        """The place as the pipelines API shows it."""
        return {
            "AmlDataStoreName": self.datastore.name,
            "RelativePath": self.path,
            "Account": self.datastore.account,
            "Container": self.datastore.container,
        }
