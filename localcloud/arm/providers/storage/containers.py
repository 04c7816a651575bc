"""Blob containers: not kept here at all but read from and written to Azurite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from azure.storage.blob import ContainerProperties

from localcloud.arm.addresses import Address
from localcloud.arm.behavior import Behavior, Change, Context
from localcloud.arm.providers.storage.accounts import TYPE_NAME
from localcloud.arm.providers.storage.blobs import account_client
from localcloud.errors import CloudError
from localcloud.store import JsonObject

_PUBLIC_ACCESS = {"None": None, "Blob": "blob", "Container": "container"}


class BlobService(Behavior):
    """The one blob service of an account; it is there without being made.

    Fidelity: assumed
    """

    def read(self, context: Context, address: Address) -> JsonObject | None:
        """What was set, or the defaults."""
        if address.name.lower() != "default" or context.resources.get(address.root.id) is None:
            return None
        return super().read(context, address) or {
            "id": address.id,
            "name": "default",
            "type": f"{TYPE_NAME}/blobServices",
            "properties": {"deleteRetentionPolicy": {"enabled": False}},
        }


class Container(Behavior):
    """A blob container.

    Fidelity: verified (azure-mgmt-storage: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """Public containers need an account that allows them."""
        account = _account(context, change.address)
        wanted = change.properties.setdefault("publicAccess", "None")
        if wanted != "None" and not account["properties"]["allowBlobPublicAccess"]:
            raise CloudError(
                409,
                "PublicAccessNotPermitted",
                "Public access is not permitted on this storage account.",
            )

    def provision(self, context: Context, change: Change) -> None:
        """Make or change the container in Azurite."""
        access: Any = _PUBLIC_ACCESS[change.properties["publicAccess"]]
        metadata = change.properties.get("metadata", {})
        with account_client(context, _account(context, change.address)) as client:
            container = client.get_container_client(change.address.name)
            if change.before is None:
                container.create_container(metadata=metadata, public_access=access)
            else:
                container.set_container_metadata(metadata)
                container.set_container_access_policy({}, public_access=access)
        change.resource.update(self.read(context, change.address) or {})

    def deprovision(self, context: Context, resource: JsonObject) -> None:
        """Delete the container with its blobs."""
        address = Address.parse(resource["id"])
        with account_client(context, _account(context, address)) as client:
            client.delete_container(resource["name"])

    def read(self, context: Context, address: Address) -> JsonObject | None:
        """The container as Azurite has it."""
        try:
            with account_client(context, _account(context, address)) as client:
                found = client.get_container_client(address.name).get_container_properties()
        except CloudError as error:
            if error.status == 404:
                return None
            raise
        return _as_resource(address, found)

    def list(
        self, context: Context, prefix: str, type_name: str, query: Mapping[str, str]
    ) -> list[JsonObject]:
        """All containers of the account."""
        service = Address.parse(prefix)
        with account_client(context, _account(context, service)) as client:
            found = list(client.list_containers(include_metadata=True))
        return [_as_resource(service.child("containers", each.name), each) for each in found]

    def write(self, context: Context, resource: JsonObject) -> None:
        """Azurite keeps it."""

    def remove(self, context: Context, resource: JsonObject) -> None:
        """Azurite forgot it."""


def check_access(context: Context, account: str, container: str, key: str | None) -> None:
    """Refuse an account, container or key that does not exist.

    Raises:
        CloudError: 400.
    """
    accounts = context.resources.list("", TYPE_NAME)
    found = next((each for each in accounts if each["name"] == account), None)
    if found is None:
        raise CloudError(400, "ValidationError", f"There is no storage account '{account}'.")
    if key is not None and key not in context.resources.secrets(found["id"]).values():
        message = f"The key is none of the storage account '{account}'."
        raise CloudError(400, "ValidationError", message)
    service = Address.parse(f"{found['id']}/blobServices/default")
    if Container().read(context, service.child("containers", container)) is None:
        message = f"There is no container '{container}' in storage account '{account}'."
        raise CloudError(400, "ValidationError", message)


def _account(context: Context, address: Address) -> JsonObject:
    account_id = replace(address, types=address.types[:1], names=address.names[:1]).id
    account = context.resources.get(account_id)
    if account is None:
        message = f"The storage account {account_id} was not found."
        raise CloudError(404, "ResourceNotFound", message)
    return account


def _as_resource(address: Address, found: ContainerProperties) -> JsonObject:
    access = (found.public_access or "none").capitalize()
    return {
        "id": address.id,
        "name": found.name,
        "type": f"{TYPE_NAME}/blobServices/containers",
        "etag": f'"{str(found.etag).strip(chr(34))}"',
        "properties": {
            "publicAccess": access,
            "metadata": dict(found.metadata or {}),
            "lastModifiedTime": found.last_modified.isoformat() if found.last_modified else None,
            "leaseStatus": (found.lease.status or "unlocked").capitalize(),
            "leaseState": (found.lease.state or "available").capitalize(),
            "hasImmutabilityPolicy": bool(found.has_immutability_policy),
            "hasLegalHold": bool(found.has_legal_hold),
            "defaultEncryptionScope": "$account-encryption-key",
            "denyEncryptionScopeOverride": False,
            "deleted": False,
            "remainingRetentionDays": 0,
        },
    }
