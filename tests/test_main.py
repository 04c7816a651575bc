"""The whole program under mocks: exactly these resources, exactly these outputs."""

from __future__ import annotations

import gc
import runpy
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pulumi.runtime.mocks import MockResourceArgs

from infra.notebooks import notebook_folder, read_sources
from infra.settings_errors import SettingsError
from stack_outputs import StackOutputs
from tests.infra.examples import PROJECT_DIR, configured, stack_config
from tests.infra.harness import UNKNOWN, Deployment, deploy
from tests.infra.mock_cloud import (
    ACCOUNT_KEY,
    SUBSCRIPTION_ID,
    TENANT_ID,
    TOKEN_EXPIRY,
    TOKEN_VALUE,
    WORKSPACE_HOST,
    MockCloud,
)

NOTEBOOKS = PROJECT_DIR / "notebooks"
UPLOADED = [
    (
        "databricks:index/notebook:Notebook"
        if file.read_text().startswith("# Databricks notebook source")
        else "databricks:index/workspaceFile:WorkspaceFile",
        f"notebooks-{file.stem}",
    )
    for file in NOTEBOOKS.glob("*.py")
]
INVENTORY = sorted(
    [
        *UPLOADED,
        ("azure-native:applicationinsights:Component", "ml-insights"),
        ("azure-native:containerregistry:Registry", "registry-acr"),
        ("azure-native:databricks:Workspace", "databricks-dbricks"),
        ("azure-native:keyvault:Vault", "ml-vault"),
        ("azure-native:machinelearningservices:Compute", "compute-attachment"),
        ("azure-native:machinelearningservices:Datastore", "compute-datastore"),
        ("azure-native:machinelearningservices:Workspace", "ml-aml"),
        ("azure-native:network:NatGateway", "network-nat"),
        ("azure-native:network:NetworkSecurityGroup", "network-nsg"),
        ("azure-native:network:PublicIPAddress", "network-nat-ip"),
        ("azure-native:network:VirtualNetwork", "network-vnet"),
        ("azure-native:operationalinsights:Workspace", "ml-logs"),
        ("azure-native:resources:ResourceGroup", "main-group"),
        ("azure-native:storage:Blob", "training-diabetes"),
        ("azure-native:storage:BlobContainer", "training-container"),
        ("azure-native:storage:BlobServiceProperties", "ml-storage-recovery"),
        ("azure-native:storage:BlobServiceProperties", "training-storage-recovery"),
        ("azure-native:storage:StorageAccount", "ml-storage"),
        ("azure-native:storage:StorageAccount", "training-storage"),
        ("databricks:index/instancePool:InstancePool", "jobs-pool"),
        ("databricks:index/token:Token", "compute-token"),
        ("dataopsml:infra:ContainerRegistry", "registry"),
        ("dataopsml:infra:DatabricksCompute", "compute"),
        ("dataopsml:infra:DatabricksWorkspace", "databricks"),
        ("dataopsml:infra:InstancePool", "jobs"),
        ("dataopsml:infra:MlWorkspace", "ml"),
        ("dataopsml:infra:Network", "network"),
        ("dataopsml:infra:Notebooks", "notebooks"),
        ("dataopsml:infra:Site", "main"),
        ("dataopsml:infra:TrainingData", "training"),
        ("pulumi:providers:databricks", "databricks-provider"),
    ]
)


HOLDS_DATA = {
    "databricks-dbricks",
    "main-group",
    "ml-aml",
    "ml-storage",
    "ml-vault",
    "training-container",
    "training-storage",
}


def run_main() -> None:
    """As the engine does, in a process that goes on: the program turns the collector off."""
    runpy.run_path(str(PROJECT_DIR / "__main__.py"), run_name="__main__")
    gc.enable()


@pytest.fixture(scope="module")
def deployed() -> Deployment:
    return deploy(run_main, config=configured(baseName="sample", owner="data", commit="0123abc"))


@pytest.fixture(scope="module")
def previewed() -> Deployment:
    return deploy(run_main, config=configured(baseName="sample"), cloud=MockCloud(preview=True))


def test_the_program_makes_exactly_these_resources(deployed: Deployment) -> None:
    assert [(resource.type, resource.name) for resource in deployed.resources] == INVENTORY


def test_the_program_exports_exactly_the_contract_with_the_pipelines(deployed: Deployment) -> None:
    expected = StackOutputs(
        subscription_id=SUBSCRIPTION_ID,
        location="westeurope",
        resource_group_name="rg-sample-dev-main",
        ml_workspace_name="aml-sample-dev",
        ml_workspace_id="id-of-ml-aml",
        databricks_workspace_id="id-of-databricks-dbricks",
        databricks_workspace_url=f"https://{WORKSPACE_HOST}",
        databricks_compute_name="databricks",
        databricks_token_expiry=TOKEN_EXPIRY,
        instance_pool_id="id-of-jobs-pool",
        spark_version="15.4.x-scala2.12",
        notebook_folder=notebook_folder(read_sources(NOTEBOOKS)),
        training_datastore_name="trainingdata",
        training_storage_account_name="stsampletrdev",
        training_container_name="trainingdata",
        training_blob_endpoint="https://stsampletrdev.blob.core.windows.net/",
        training_data_path="diabetes.csv",
        portal_url=(
            f"https://portal.azure.com/#@{TENANT_ID}/resource/subscriptions/{SUBSCRIPTION_ID}"
            "/resourceGroups/rg-sample-dev-main"
        ),
        studio_url=f"https://ml.azure.com/?wsid=id-of-ml-aml&tid={TENANT_ID}",
    )

    assert set(deployed.exports.plain) == set(StackOutputs.names())
    assert StackOutputs.from_mapping(deployed.exports.plain, stack="dev") == expected


def test_a_declared_cluster_is_the_only_thing_more() -> None:
    deployed = deploy(run_main, config=configured(baseName="sample", clusterMode="singleUser"))

    assert [(found.type, found.name) for found in deployed.resources] == sorted(
        [*INVENTORY, ("databricks:index/cluster:Cluster", "jobs-cluster")]
    )
    assert deployed.exports.plain["existing_cluster_id"] == "id-of-jobs-cluster"


def test_no_export_is_a_secret(deployed: Deployment) -> None:
    assert deployed.exports.secrets == frozenset()


def test_the_token_and_the_account_key_are_secret_wherever_they_go(deployed: Deployment) -> None:
    shown = [
        f"{resource.name}.{path}"
        for resource in deployed.resources
        for values in (resource.inputs, resource.outputs)
        if values
        for path, value in _leaves(values.plain)
        if value in {TOKEN_VALUE, ACCOUNT_KEY} and path not in values.secrets
    ]
    hidden = {
        f"{resource.name}.{path}"
        for resource in deployed.resources
        for values in (resource.inputs, resource.outputs)
        if values
        for path in values.secrets
    }

    assert shown == []
    assert hidden == {
        "compute-attachment.properties.properties.databricksAccessToken",
        "compute-datastore.properties.credentials.secrets.key",
    }


def test_every_databricks_resource_uses_the_provider_of_the_workspace(
    deployed: Deployment,
) -> None:
    provider = deployed.one("pulumi:providers:databricks").urn
    workspace = deployed.one("azure-native:databricks:Workspace").urn
    inside = [found for found in deployed.resources if found.type.startswith("databricks:")]

    assert {(found.name, found.provider) for found in inside} == {
        ("jobs-pool", provider),
        *((name, provider) for _, name in UPLOADED),
        ("compute-token", provider),
    }
    assert {found.options["deletedWith"] for found in inside} == {workspace}
    assert [found.options["replace_with"] for found in inside] == [[workspace]] * len(inside)


def test_everything_that_takes_tags_has_the_same_ones(deployed: Deployment) -> None:
    inputs = {found.name: found.inputs.plain for found in deployed.resources}
    tags = {
        name: plain.get("tags", plain.get("customTags"))
        for name, plain in inputs.items()
        if {"tags", "customTags"} & plain.keys()
    }
    untagged = {
        found.name
        for found in deployed.resources
        if found.type.startswith(("azure-native:", "databricks:")) and found.name not in tags
    }
    notebooks = {name for _, name in INVENTORY if name.startswith("notebooks-")}

    assert untagged - notebooks == {
        "compute-datastore",
        "compute-token",
        "ml-storage-recovery",
        "training-container",
        "training-diabetes",
        "training-storage-recovery",
    }
    expected = {
        "project": "dataopsml",
        "environment": "dev",
        "managed-by": "pulumi",
        "owner": "data",
        "commit": "0123abc",
    }
    assert {name: found for name, found in tags.items() if found != expected} == {}


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_the_program_evaluates_for_every_stack_and_protects_data_where_it_shall(
    stack: str,
) -> None:
    deployed = deploy(run_main, config=configured(**stack_config(stack)), stack=stack)

    protected = {found.name for found in deployed.resources if found.options.get("protect")}
    retained = {found.name for found in deployed.resources if found.options.get("retainOnDelete")}
    notebooks = {name for _, name in INVENTORY if name.startswith("notebooks-")}
    assert [(found.type, found.name) for found in deployed.resources] == INVENTORY
    assert (protected, retained - notebooks) == (
        (HOLDS_DATA, {"training-diabetes"}) if stack == "prod" else (set(), set())
    )


@pytest.mark.parametrize(("ahead", "warnings"), [(0, 0), (10_000, 1)])
def test_a_runtime_near_the_end_of_its_support_is_warned_about(
    ahead: int, warnings: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr("pulumi.log.warn", said.append)
    monkeypatch.setattr("infra.runtimes.WARN_AHEAD", timedelta(days=ahead))

    deploy(run_main, config=configured(baseName="sample", sparkVersion="17.3.x-scala2.13"))

    assert len(said) == warnings


def test_components_are_the_stacks_children_and_resources_are_the_components(
    deployed: Deployment,
) -> None:
    components = {found.name for found in deployed.resources if found.type.startswith("dataopsml:")}

    assert {found.parent for found in deployed.resources if found.name in components} == {
        "dataopsml-dev"
    }
    assert {
        found.name: found.parent for found in deployed.resources if found.name not in components
    } == {name: name.split("-")[0] for _, name in INVENTORY if name not in components}


def test_a_first_preview_asks_for_the_same_resources_with_what_is_known(
    previewed: Deployment,
) -> None:
    known = {name for name, value in previewed.exports.plain.items() if value != UNKNOWN}

    assert [(resource.type, resource.name) for resource in previewed.resources] == INVENTORY
    assert known == {
        "subscription_id",
        "location",
        "existing_cluster_id",
        "spark_version",
        "notebook_folder",
        "training_datastore_name",
    }


def test_bad_configuration_is_refused_before_anything_is_registered() -> None:
    registered: list[object] = []

    class Watching(MockCloud):
        def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
            registered.append(args.name)
            return super().new_resource(args)

    with pytest.raises(SettingsError, match="baseName: 'Not Good'"):
        deploy(run_main, config=configured(baseName="Not Good"), cloud=Watching())

    assert registered == []


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted path and value of everything that is neither a map nor a list."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{path}[{index}]")
    else:
        yield path, value
