"""Azure's own blob client, pointed at an account in Azurite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from azure.core.exceptions import AzureError, HttpResponseError
from azure.storage.blob import BlobServiceClient

from localcloud.arm.behavior import Context
from localcloud.errors import CloudError
from localcloud.store import JsonObject


@contextmanager
def account_client(context: Context, account: JsonObject) -> Iterator[BlobServiceClient]:
    """A client of an account with its first key; errors of the block become refusals."""
    name = account["name"]
    key = context.resources.secrets(account["id"])["key1"]
    client = BlobServiceClient(
        context.cloud.home.blob_endpoint(name),
        credential={"account_name": name, "account_key": key},
        retry_total=0,
    )
    with client:
        try:
            yield client
        except HttpResponseError as error:
            code = str(getattr(error, "error_code", None) or "StorageError")
            raise CloudError(error.status_code or 500, code, error.message) from error
        except AzureError as error:
            message = f"blob storage does not answer for account '{name}': {error}"
            raise CloudError(503, "StorageUnavailable", message) from error
