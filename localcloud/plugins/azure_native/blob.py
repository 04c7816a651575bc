"""Blobs: the one resource that lies in a storage account's data and not in ARM.

Signs in with the account's key, as the vendor's plugin does. Block blobs only. Content is
compared by its MD5, which storage keeps: a blob that someone overwrote shows another one.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

from azure.core.credentials import AzureNamedKeyCredential
from azure.core.exceptions import AzureError, ResourceNotFoundError
from azure.storage.blob import BlobClient, ContentSettings

from localcloud.plugins.azure_native.arm import Arm
from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.translate import path_values
from localcloud.plugins.properties import Asset, Properties, Value
from localcloud.plugins.provider import MissingError, ProviderError

DEFAULT_CONTENT_TYPE = "application/octet-stream"


class Blobs:
    """Blobs of the accounts of one subscription. MissingError where a blob is gone."""

    def __init__(self, arm: Arm, kind: ResourceType) -> None:
        self._arm = arm
        self._kind = kind

    def write(self, arm_id: str, inputs: Properties) -> Properties:
        """Upload the content with what describes it; return the outputs."""
        if inputs.get("type", "Block") != "Block":
            raise ProviderError(f"type: {inputs['type']!r} is not supported, only Block blobs are")
        content = _content(inputs.get("source"))
        with self._open(arm_id) as client:
            client.upload_blob(
                content,
                overwrite=True,
                content_settings=_settings(content, inputs),
                metadata=_texts(inputs.get("metadata")),
            )
            if tier := inputs.get("accessTier"):
                client.set_standard_blob_tier(str(tier))
            return _outputs(client)

    def read(self, arm_id: str) -> Properties:
        """The outputs of a blob."""
        with self._open(arm_id) as client:
            return _outputs(client)

    def delete(self, arm_id: str) -> None:
        """Delete a blob."""
        with self._open(arm_id) as client:
            client.delete_blob(delete_snapshots="include")

    @contextmanager
    def _open(self, arm_id: str) -> Iterator[BlobClient]:
        """A client of the blob, whose refusals are told in the service's words."""
        names = path_values(self._kind, arm_id)
        account_id = arm_id.partition("/blobServices/")[0]
        account = self._arm.get(account_id, self._kind.api_version)
        if account is None:
            raise MissingError(f"the storage account of {arm_id} does not exist")
        keys = self._arm.post(account_id, "listKeys", self._kind.api_version)
        client = BlobClient(
            account_url=_text_at(account, "properties", "primaryEndpoints", "blob"),
            container_name=str(names["containerName"]),
            blob_name=str(names["blobName"]),
            credential=AzureNamedKeyCredential(
                str(names["accountName"]), _text_at(keys, "keys", 0, "value")
            ),
            # Its own pauses, made for a far cloud, add up to more than a minute.
            initial_backoff=1,
            increment_base=1,
        )
        try:
            with client:
                yield client
        except ResourceNotFoundError as error:
            raise MissingError(f"{client.url}: {error.message}") from error
        except AzureError as error:
            raise ProviderError(f"{client.url}: {error.message}") from error


def _outputs(client: BlobClient) -> Properties:
    seen = client.get_blob_properties()
    digest = seen.content_settings.content_md5
    metadata: dict[str, Value] = dict(seen.metadata or {})
    return {
        "accessTier": str(seen.blob_tier),
        "contentMd5": b64encode(digest).decode() if digest else None,
        "contentType": seen.content_settings.content_type,
        "metadata": metadata,
        "name": seen.name,
        "type": "Block",
        "url": client.url,
    }


def _content(source: Value) -> bytes:
    if not isinstance(source, Asset):
        raise ProviderError("source: a blob needs a FileAsset or a StringAsset as its content")
    try:
        return source.read()
    except (OSError, ValueError) as error:
        raise ProviderError(f"source: {error}") from error


def _settings(content: bytes, inputs: Properties) -> ContentSettings:
    return ContentSettings(
        content_type=str(inputs.get("contentType", DEFAULT_CONTENT_TYPE)),
        content_md5=bytearray(hashlib.md5(content, usedforsecurity=False).digest()),
    )


def _texts(value: Value) -> dict[str, str]:
    return {key: str(item) for key, item in value.items()} if isinstance(value, dict) else {}


def _text_at(value: Value, *steps: str | int) -> str:
    for step in steps:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            value = None
    if not isinstance(value, str):
        raise ProviderError(f"the storage account's answer has no {'.'.join(map(str, steps))}")
    return value
