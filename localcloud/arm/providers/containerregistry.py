"""Microsoft.ContainerRegistry: registries, as resources. No images are served."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

from localcloud.arm.behavior import Behavior, Change, Context
from localcloud.arm.naming import NameRule
from localcloud.arm.types import ResourceType, Taken
from localcloud.errors import CloudError
from localcloud.store import JsonObject

TYPE_NAME = "Microsoft.ContainerRegistry/registries"
PASSWORDS = ("password", "password2")


def list_credentials(context: Context, resource: JsonObject, _body: JsonObject) -> JsonObject:
    """The admin user's name and passwords."""
    if not resource["properties"]["adminUserEnabled"]:
        raise CloudError(
            400,
            "UnAuthorizedForCredentialOperations",
            f"Cannot perform credential operations for {resource['id']} as admin user is "
            "disabled. Kindly enable admin user as per docs.",
        )
    known = context.resources.secrets(resource["id"])
    return {
        "username": resource["name"],
        "passwords": [{"name": name, "value": known[name]} for name in PASSWORDS],
    }


class Registry(Behavior):
    """A container registry.

    Fidelity: verified (azure-mgmt-containerregistry: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """The Classic tier is retired."""
        if change.resource["sku"]["name"] == "Classic":
            raise CloudError(400, "SkuNotSupported", "The Classic SKU of registries is retired.")

    def complete(self, context: Context, change: Change) -> None:
        """Address, tier, passwords and defaults."""
        properties = change.properties
        change.resource["sku"]["tier"] = change.resource["sku"]["name"]
        properties["loginServer"] = f"{change.address.name.lower()}.azurecr.io"
        change.keep("creationDate", lambda: datetime.now(UTC).isoformat())
        properties.setdefault("adminUserEnabled", False)
        properties.setdefault("anonymousPullEnabled", False)
        properties.setdefault("publicNetworkAccess", "Enabled")
        if change.before is None:
            change.secrets.update({name: secrets.token_urlsafe(36) for name in PASSWORDS})


TYPES = (
    ResourceType(
        name=TYPE_NAME,
        api_versions=frozenset(
            {"2019-05-01", "2022-12-01", "2023-01-01-preview", "2023-07-01", "2025-04-01"}
        ),
        naming=NameRule(
            pattern=r"[A-Za-z0-9]{5,50}",
            says="5-50 letters and digits",
            code="InvalidRegistryName",
        ),
        behavior=Registry(),
        actions={"listCredentials": list_credentials},
        taken=Taken(
            code="AlreadyInUse",
            message="The registry DNS name {name}.azurecr.io is already in use. You can check if "
            "the name is already claimed using the check name availability API.",
        ),
        needs_location=True,
    ),
)
