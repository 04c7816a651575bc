"""The pack as the real engine runs it: on this project's program, and on one that breaks it all."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pulumi_databricks
import pytest
from pulumi import automation as auto
from pulumi_azure_native import containerregistry, databricks, keyvault, resources, storage
from pulumi_azure_native import machinelearningservices as azureml

from localcloud import commands
from localcloud.environment import POLICY_PACK
from policies.rules import POLICIES
from tests.conftest import RunningCloud

pytestmark = [pytest.mark.servers, pytest.mark.engine]

GROUP = "rg-broken"
HERE = "westeurope"


def everything_wrong() -> None:
    """One resource or more for each rule."""
    resources.ResourceGroup("group", resource_group_name=GROUP, location=HERE)
    storage.StorageAccount(
        "account",
        account_name="stbroken",
        resource_group_name=GROUP,
        location=HERE,
        kind="StorageV2",
        sku=storage.SkuArgs(name="Standard_LRS"),
        allow_blob_public_access=True,
        minimum_tls_version="TLS1_0",
    )
    containerregistry.Registry(
        "registry",
        registry_name="acrbroken",
        resource_group_name=GROUP,
        location=HERE,
        sku=containerregistry.SkuArgs(name="Basic"),
        admin_user_enabled=True,
    )
    keyvault.Vault(
        "vault",
        vault_name="kv-broken",
        resource_group_name=GROUP,
        location=HERE,
        properties=keyvault.VaultPropertiesArgs(
            tenant_id="10ca1000-0000-4000-8000-000000000001",
            sku=keyvault.SkuArgs(family=keyvault.SkuFamily.A, name=keyvault.SkuName.STANDARD),
        ),
    )
    databricks.Workspace(
        "workspace",
        workspace_name="dbricks-broken",
        resource_group_name=GROUP,
        location=HERE,
        compute_mode="Serverless",
    )
    azureml.Compute(
        "compute",
        compute_name="databricks",
        resource_group_name=GROUP,
        workspace_name="aml-broken",
        location=HERE,
        properties=azureml.DatabricksArgs(compute_type="Databricks"),
    )
    pulumi_databricks.Token("token", comment="forever")


@pytest.fixture
def broken(cloud: RunningCloud, tmp_path: Path) -> auto.Stack:
    Path(cloud.environment["PULUMI_HOME"]).mkdir(parents=True, exist_ok=True)
    return auto.create_or_select_stack(
        "prod", project_name="policies", program=everything_wrong, work_dir=str(tmp_path)
    )


def test_a_program_that_breaks_every_rule_is_refused_by_every_policy(broken: auto.Stack) -> None:
    refused: set[str] = set()

    def listen(event: auto.EngineEvent) -> None:
        if event.policy_event is not None:
            assert event.policy_event.enforcement_level == "mandatory"
            refused.add(event.policy_event.policy_name)

    with pytest.raises(auto.CommandError):
        broken.preview(policy_packs=[str(POLICY_PACK)], on_event=listen)

    assert refused == {policy.name for policy in POLICIES}


def test_this_projects_program_keeps_every_rule_for_plain_pulumi(
    cloud: RunningCloud, project_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCALCLOUD_HOME", str(cloud.home.path))
    commands.make_stack(cloud.environment)

    done = subprocess.run(
        ["pulumi", "preview", "--stack", "local", "--policy-pack", str(POLICY_PACK)],
        cwd=project_dir,
        env={**os.environ, **cloud.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "✅ dataopsml" in done.stdout
