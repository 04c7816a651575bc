"""The one kind of storage account."""

from __future__ import annotations

import pytest

from infra.storage_account import secure_storage_account
from tests.infra.examples import PLACE, site
from tests.infra.harness import Deployment, deploy


def _deploy(recovery_days: int) -> Deployment:
    def program() -> None:
        place = site()
        secure_storage_account(
            "data",
            account_name="stsampledev",
            recovery_days=recovery_days,
            site=place,
            parent=place,
        )

    return deploy(program)


def test_an_account_is_private_and_encrypted_in_transit() -> None:
    account = _deploy(recovery_days=14).one("azure-native:storage:StorageAccount")

    assert account.parent == "main"
    assert account.inputs.plain == PLACE | {
        "accountName": "stsampledev",
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        "minimumTlsVersion": "TLS1_2",
        "enableHttpsTrafficOnly": True,
        "allowBlobPublicAccess": False,
        "allowSharedKeyAccess": True,
        "isHnsEnabled": False,
    }


@pytest.mark.parametrize(
    ("recovery_days", "policy"),
    [(14, {"enabled": True, "days": 14}), (0, {"enabled": False})],
)
def test_deleted_blobs_and_containers_can_be_recovered_for_the_configured_days(
    recovery_days: int, policy: dict[str, object]
) -> None:
    deployed = _deploy(recovery_days)
    service = deployed.one("azure-native:storage:BlobServiceProperties")

    assert service.inputs.plain == {
        "accountName": "stsampledev",
        "blobServicesName": "default",
        "resourceGroupName": "rg-sample-dev-main",
        "deleteRetentionPolicy": policy,
        "containerDeleteRetentionPolicy": policy,
    }
    account = deployed.one("azure-native:storage:StorageAccount")
    assert service.options == {"deletedWith": account.urn}
