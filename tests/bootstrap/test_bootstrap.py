"""The bootstrap on the local cloud, run as its user runs it, with the real engine.

The tests are one story and run in order. Pulumi's own backend keeps the state in Azurite.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from localcloud.tokens import OBJECT_ID, SUBSCRIPTION_ID
from tests.conftest import RunningCloud

pytestmark = [pytest.mark.engine, pytest.mark.servers]

SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION_ID}"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-contoso-bootstrap"
ACCOUNT = f"{GROUP}/providers/Microsoft.Storage/storageAccounts/stcontosostate"
CONTAINERS = f"{ACCOUNT}/blobServices/default/containers"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-contoso-bootstrap"
IDENTITIES = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"

ROLES = {
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7": "Reader",
    "c12c1c16-33a1-487b-954d-41c89c60f349": "Reader and Data Access",
    "ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor",
    "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1": "Storage Blob Data Reader",
    "12338af0-0e69-4776-bea7-57ae8d297424": "Key Vault Crypto User",
}
"""https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"""


@dataclass
class Bootstrap:
    """``python -m bootstrap`` of one user, and the cloud it works on."""

    cloud: RunningCloud
    project_dir: Path
    data: Path

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        domain = f"127.0.0.1:{self.cloud.home.blob_port}"
        # How Pulumi's azblob backend is told of another cloud's storage.
        storage = {
            "AZURE_STORAGE_DOMAIN": domain,
            "AZURE_STORAGE_PROTOCOL": "https",
            "AZURE_STORAGE_IS_LOCAL_EMULATOR": "true",
        }
        options = ("--base-name", "contoso", "--repository", "contoso/features")
        return subprocess.run(
            [sys.executable, "-m", "bootstrap", *options, *arguments],
            cwd=self.project_dir,
            env={**self.cloud.environment, **storage, "XDG_DATA_HOME": str(self.data)},
            capture_output=True,
            text=True,
            check=False,
        )

    def get(self, resource: str, version: str) -> Any:
        with self.cloud.http() as arm:
            answer = arm.get(resource, params={"api-version": version})
        return answer.json() if answer.status_code == 200 else answer.status_code


@pytest.fixture(scope="module")
def bootstrap(
    cloud: RunningCloud, project_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Bootstrap:
    return Bootstrap(cloud, project_dir, tmp_path_factory.mktemp("user-data"))


def test_a_dry_run_shows_everything_and_leaves_nothing(bootstrap: Bootstrap) -> None:
    done = bootstrap("--dry-run")
    assert done.returncode == 0, done.stderr
    assert "  create   StorageAccount state-account\n" in done.stdout
    assert re.search(r"^\d+ would change$", done.stdout, re.M)
    assert bootstrap.get(GROUP, "2024-03-01") == 404
    assert list(bootstrap.data.rglob("*")) == []


def test_a_run_that_is_refused_half_way_says_why(bootstrap: Bootstrap) -> None:
    bootstrap.cloud.inject(
        {"method": "PUT", "path": ".*/keys/prod", "status": 403, "code": "Forbidden", "times": 9}
    )
    failed = bootstrap()
    bootstrap.cloud.inject()
    assert failed.returncode == 1
    assert failed.stderr.startswith("error  secrets-prod: ")
    assert "Forbidden" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_the_same_command_goes_on_and_moves_its_state_into_what_it_made(
    bootstrap: Bootstrap,
) -> None:
    done = bootstrap()
    assert done.returncode == 0, done.stderr
    assert "  create   Key secrets-prod\n" in done.stdout
    assert "create   StorageAccount" not in done.stdout
    assert "its own state is now in azblob://bootstrap?storage_account=stcontosostate\n" in (
        done.stdout
    )
    assert re.search(r"PULUMI_STACKS +\(repository\) +\[\"dev\", \"prod\"\]", done.stdout)
    assert (
        "pulumi stack init prod "
        "--secrets-provider 'azurekeyvault://kv-contoso-bootstrap.vault.azure.net/keys/prod'"
    ) in done.stdout
    assert list(bootstrap.data.rglob("*.json")) == []


def test_a_second_run_changes_nothing_and_reads_its_state_there(bootstrap: Bootstrap) -> None:
    again = bootstrap()
    assert again.returncode == 0, again.stderr
    assert again.stdout.startswith("nothing changed\n")
    assert "its own state is now" not in again.stdout


def test_state_is_versioned_private_and_without_shared_keys(bootstrap: Bootstrap) -> None:
    account = bootstrap.get(ACCOUNT, "2024-01-01")["properties"]
    service = bootstrap.get(f"{ACCOUNT}/blobServices/default", "2024-01-01")["properties"]
    kept = {"enabled": True, "days": 30}
    assert (
        account["allowSharedKeyAccess"],
        account["allowBlobPublicAccess"],
        account["minimumTlsVersion"],
        service["isVersioningEnabled"],
        service["deleteRetentionPolicy"],
        service["containerDeleteRetentionPolicy"],
    ) == (False, False, "TLS1_2", True, kept, kept)
    vault = bootstrap.get(VAULT, "2024-11-01")["properties"]
    assert (vault["enablePurgeProtection"], vault["enableRbacAuthorization"]) == (True, True)


def roles_of(bootstrap: Bootstrap, principal_id: str) -> set[tuple[str, str]]:
    everything = bootstrap.get(
        f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments", "2022-04-01"
    )["value"]
    mine = [each["properties"] for each in everything]
    return {
        (ROLES[each["roleDefinitionId"].split("/")[-1]], each["scope"])
        for each in mine
        if each["principalId"] == principal_id
    }


def test_an_identity_may_do_its_own_work_and_no_other(bootstrap: Bootstrap) -> None:
    def principal(name: str) -> str:
        identity = bootstrap.get(f"{IDENTITIES}/id-contoso-{name}", "2023-01-31")
        return str(identity["properties"]["principalId"])

    assert roles_of(bootstrap, principal("dev")) == {
        ("Contributor", SUBSCRIPTION),
        ("Storage Blob Data Contributor", f"{CONTAINERS}/dev"),
        ("Key Vault Crypto User", f"{VAULT}/keys/dev"),
    }
    assert roles_of(bootstrap, principal("preview")) == {
        ("Reader", SUBSCRIPTION),
        ("Reader and Data Access", SUBSCRIPTION),
        ("Storage Blob Data Reader", f"{CONTAINERS}/dev"),
        ("Storage Blob Data Reader", f"{CONTAINERS}/prod"),
        ("Key Vault Crypto User", f"{VAULT}/keys/dev"),
        ("Key Vault Crypto User", f"{VAULT}/keys/prod"),
    }
    assert roles_of(bootstrap, OBJECT_ID) == {
        ("Storage Blob Data Contributor", ACCOUNT),
        ("Key Vault Crypto User", VAULT),
    }


def test_a_second_form_of_githubs_subject_is_trusted_beside_the_first(
    bootstrap: Bootstrap,
) -> None:
    prefixes = ("repo:contoso/features", "repo:contoso@1/features@2")
    more = bootstrap(*(part for prefix in prefixes for part in ("--subject-prefix", prefix)))
    assert more.returncode == 0, more.stderr
    assert "3 changed\n" in more.stdout
    credentials = bootstrap.get(
        f"{IDENTITIES}/id-contoso-prod/federatedIdentityCredentials", "2023-01-31"
    )["value"]
    assert [
        (each["properties"]["issuer"], each["properties"]["subject"]) for each in credentials
    ] == [
        ("https://token.actions.githubusercontent.com", f"{prefix}:environment:prod")
        for prefix in prefixes
    ]


def test_bad_options_are_refused_in_words(bootstrap: Bootstrap) -> None:
    refused = bootstrap("--location", "West Europe")
    assert (refused.returncode, refused.stderr) == (
        1,
        "error  --location 'West Europe': expected an Azure region in its short form, e.g. "
        "westeurope\n",
    )
