"""Microsoft.Storage: accounts with blob containers, all of them real in Azurite.

No files, queues or tables: their endpoints are not reported.
"""

from __future__ import annotations

from localcloud.arm.naming import NameRule
from localcloud.arm.providers.storage.accounts import (
    TYPE_NAME,
    Account,
    list_keys,
    regenerate_key,
)
from localcloud.arm.providers.storage.containers import BlobService, Container, check_access
from localcloud.arm.types import Polling, ResourceType, Taken

__all__ = ["TYPES", "TYPE_NAME", "check_access"]

_VERSIONS = frozenset(
    {"2022-09-01", "2023-01-01", "2023-05-01", "2024-01-01", "2025-01-01", "2025-06-01"}
)

TYPES = (
    ResourceType(
        name=TYPE_NAME,
        api_versions=_VERSIONS,
        naming=NameRule(
            pattern=r"[a-z0-9]{3,24}",
            says="3-24 digits and lower-case letters only",
            code="AccountNameInvalid",
        ),
        behavior=Account(),
        actions={"listKeys": list_keys, "regenerateKey": regenerate_key},
        create_only=("kind", "properties.isHnsEnabled"),
        taken=Taken(
            code="StorageAccountAlreadyTaken",
            message="The storage account named {name} is already taken.",
        ),
        created_status=202,
        slow_create=Polling.LOCATION,
        needs_location=True,
    ),
    ResourceType(
        name=f"{TYPE_NAME}/blobServices",
        api_versions=_VERSIONS,
        naming=NameRule(pattern="default", says="an account has one blob service, 'default'"),
        behavior=BlobService(),
    ),
    ResourceType(
        name=f"{TYPE_NAME}/blobServices/containers",
        api_versions=_VERSIONS,
        naming=NameRule(
            pattern=r"\$root|\$web|[a-z0-9](?=.{2,62}$)(?:-?[a-z0-9])+",
            says="3-63 lower-case letters, digits and hyphens; begins and ends with a letter or "
            "digit, no two hyphens in a row",
        ),
        behavior=Container(),
        stored=False,
    ),
)
