"""An environment of the older Terraform sample is taken over with nothing replaced or deleted."""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from localcloud.tokens import ARM_AUDIENCE, TokenAuthority
from tests.e2e.checkout import Checkout
from tests.e2e.old_sample import OldSample

pytestmark = [pytest.mark.engine, pytest.mark.servers]

UPDATED = [
    "databricks-dbricks",
    "main-group",
    "ml-aml",
    "ml-insights",
    "ml-storage",
    "ml-vault",
    "network-nsg",
    "network-vnet",
    "registry-acr",
    "training-container",
    "training-storage",
]
"""docs/migrating-from-terraform.md says why."""


@pytest.fixture
def checkout(project_dir: Path, tmp_path: Path) -> Iterator[Checkout]:
    made = Checkout.make(project_dir, tmp_path / "dataopsml")
    yield made
    made.python("-m", "localcloud", "stop")


def test_what_terraform_made_is_imported_and_only_updated(checkout: Checkout) -> None:
    shell = checkout.shell()
    home = checkout.path / ".local"
    with httpx.Client(
        base_url=shell["ARM_CLOUD_METADATA_URL"].partition("/metadata")[0],
        headers={"Authorization": f"Bearer {TokenAuthority.open(home).issue(ARM_AUDIENCE)}"},
        verify=ssl.create_default_context(cafile=str(home / "tls" / "ca.pem")),
        timeout=60,
    ) as http:
        subscription, tenant = shell["ARM_SUBSCRIPTION_ID"], shell["ARM_TENANT_ID"]
        old = OldSample(http, subscription, tenant, "dataopsml", "local")
        (checkout.path / "terraform.tfstate").write_text(json.dumps(old.make()))

    adopted = checkout.python("-m", "infra.adopt", "terraform.tfstate")
    (checkout.path / "import.json").write_text(adopted.stdout)
    options = ["--stack", "local", "--yes", "--skip-preview", "--non-interactive"]
    imported = checkout.run(
        *["pulumi", "import", "--file", "import.json", "--protect=false"],
        *["--generate-code=false", *options],
        **shell,
    )
    assert imported.returncode == 0, imported.stdout + imported.stderr
    up = checkout.run("pulumi", "up", "--json", *options, **shell)

    assert up.returncode == 0, up.stdout + up.stderr
    steps = [json.loads(line) for line in up.stdout.splitlines() if line.startswith("{")]
    done = [step["resOutputsEvent"]["metadata"] for step in steps if "resOutputsEvent" in step]
    by_operation: dict[str, list[str]] = {}
    for metadata in done:
        by_operation.setdefault(metadata["op"], []).append(metadata["urn"].rpartition("::")[2])
    assert set(by_operation) <= {"same", "create", "update"}
    assert sorted(by_operation["update"]) == UPDATED
