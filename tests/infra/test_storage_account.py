"""The one kind of storage account."""

from __future__ import annotations

from infra.storage_account import secure_storage_account
from tests.infra.examples import PLACE, site
from tests.infra.harness import deploy


def test_an_account_is_private_and_encrypted_in_transit() -> None:
    def program() -> None:
        place = site()
        secure_storage_account("data", account_name="stsampledev", site=place, parent=place)

    account = deploy(program).one("azure-native:storage:StorageAccount")

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
