"""Storage accounts: their keys, and their life in Azurite."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime

from localcloud.arm.behavior import Behavior, Change, Context
from localcloud.arm.providers.storage.blobs import account_client
from localcloud.errors import CloudError
from localcloud.store import JsonObject

TYPE_NAME = "Microsoft.Storage/storageAccounts"
KEYS = ("key1", "key2")
KEY_BYTES = 64


def list_keys(context: Context, resource: JsonObject, _body: JsonObject) -> JsonObject:
    """Both keys of an account."""
    known = context.resources.secrets(resource["id"])
    created = resource["properties"]["keyCreationTime"]
    return {
        "keys": [
            {
                "keyName": name,
                "value": known[name],
                "permissions": "FULL",
                "creationTime": created[name],
            }
            for name in KEYS
        ]
    }


def regenerate_key(context: Context, resource: JsonObject, body: JsonObject) -> JsonObject:
    """Replace one key; the old one opens nothing any more."""
    name = body.get("keyName")
    if name not in KEYS:
        raise CloudError(400, "InvalidValuesForRequestParameters", f"keyName is {name!r}")
    keys = {**context.resources.secrets(resource["id"]), str(name): _new_key()}
    context.resources.put_secrets(resource["id"], keys)
    resource["properties"]["keyCreationTime"][name] = datetime.now(UTC).isoformat()
    context.resources.put(resource)
    _serve(context, resource)
    return list_keys(context, resource, body)


class Account(Behavior):
    """A storage account.

    Fidelity: verified (azure-mgmt-storage: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """General-purpose v2 is the one kind that is sold."""
        kind = change.resource["kind"]
        if kind != "StorageV2":
            raise CloudError(
                400,
                "InvalidRequestPropertyValue",
                f"The value '{kind}' is not allowed for property kind: new accounts are "
                "'StorageV2'.",
            )

    def complete(self, context: Context, change: Change) -> None:
        """Keys, endpoints and defaults."""
        now = datetime.now(UTC).isoformat()
        name, location = change.address.name, change.resource["location"]
        sku = change.resource["sku"]
        sku["tier"] = sku["name"].split("_")[0].removesuffix("V2")
        properties = change.properties
        change.keep("creationTime", lambda: now)
        properties.setdefault("keyCreationTime", dict.fromkeys(KEYS, now))
        properties["primaryEndpoints"] = {"blob": context.cloud.home.blob_endpoint(name)}
        properties["primaryLocation"] = location
        properties["statusOfPrimary"] = "available"
        properties.setdefault("accessTier", "Hot")
        properties.setdefault("allowBlobPublicAccess", False)
        properties.setdefault("isHnsEnabled", False)
        properties.setdefault("minimumTlsVersion", "TLS1_0")
        properties.setdefault("supportsHttpsTrafficOnly", True)
        properties.setdefault("privateEndpointConnections", [])
        properties.setdefault("networkAcls", _open_network())
        properties.setdefault("encryption", _default_encryption())
        if change.before is None:
            change.secrets.update({key: _new_key() for key in KEYS})

    def provision(self, context: Context, change: Change) -> None:
        """Let Azurite serve the account."""
        _serve(context, change.resource)

    def deprovision(self, context: Context, resource: JsonObject) -> None:
        """Delete the account's data, then the account, in Azurite."""
        _serve(context, resource)  # an account that was half made may not be served
        with account_client(context, resource) as client:
            for container in list(client.list_containers(include_metadata=False)):
                client.delete_container(container.name)
        context.cloud.blobs.remove_account(resource["name"])


def _serve(context: Context, account: JsonObject) -> None:
    """Let Azurite take both keys: it reads them joined by a colon."""
    known = context.resources.secrets(account["id"])
    context.cloud.blobs.ensure_account(account["name"], ":".join(known[key] for key in KEYS))


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _open_network() -> JsonObject:
    return {
        "bypass": "AzureServices",
        "virtualNetworkRules": [],
        "ipRules": [],
        "defaultAction": "Allow",
    }


def _default_encryption() -> JsonObject:
    service = {"keyType": "Account", "enabled": True}
    return {"keySource": "Microsoft.Storage", "services": {"blob": service, "file": service}}
