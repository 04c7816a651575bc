"""Values that the tests of the components share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from ipaddress import IPv4Network
from pathlib import Path, PurePath
from typing import Any

import yaml

from infra.address_plan import AddressPlan
from infra.container_registry import ContainerRegistry, ContainerRegistryArgs
from infra.databricks_workspace import DatabricksWorkspace, DatabricksWorkspaceArgs
from infra.ml_workspace import MlWorkspace, MlWorkspaceArgs
from infra.naming import ResourceNames
from infra.network import Network, NetworkArgs
from infra.plans import DatabricksAccess, DataOptions, Machines, MlOptions
from infra.settings import PROJECT
from infra.site import Site, SiteArgs
from infra.training_data import TrainingData, TrainingDataArgs

PROJECT_DIR = Path(__file__).resolve().parents[2]

NAMES = ResourceNames.compose("sample", "dev")
PLACE = {
    "resourceGroupName": "rg-sample-dev-main",
    "location": "westeurope",
}
"""What a resource that lies in the site has in common with the others."""


def site() -> Site:
    """The surroundings of a component under test. Call it inside a deployed program."""
    return Site("main", SiteArgs(location="westeurope", names=NAMES))


@cache
def declared_settings() -> dict[str, dict[str, Any]]:
    """Configuration key, with its namespace, to its declaration in ``Pulumi.yaml``."""
    project = yaml.safe_load((PROJECT_DIR / "Pulumi.yaml").read_text())
    return dict(project["config"])


def configured(**values: str) -> dict[str, str]:
    """A stack's configuration as the engine hands it over: its values over the defaults."""
    defaults = {
        key: raw(declaration["default"])
        for key, declaration in declared_settings().items()
        if "default" in declaration
    }
    return defaults | {f"{PROJECT}:{key}": value for key, value in values.items()}


def stack_config(stack: str) -> dict[str, str]:
    """What a stack's file sets: key without its namespace to raw value."""
    config = yaml.safe_load((PROJECT_DIR / f"Pulumi.{stack}.yaml").read_text())["config"]
    return {key.removeprefix(f"{PROJECT}:"): raw(value) for key, value in config.items()}


def raw(value: object) -> str:
    """A configuration value as the engine writes it: text as it is, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


ADDRESSES = AddressPlan(
    vnet=IPv4Network("10.10.0.0/16"),
    public_subnet=IPv4Network("10.10.0.0/18"),
    private_subnet=IPv4Network("10.10.64.0/18"),
)
MACHINES = Machines(
    spark_version="15.4.x-scala2.12",
    node_type="Standard_D4ds_v5",
    min_idle_instances=1,
    max_capacity=5,
    idle_minutes=20,
)
ML_OPTIONS = MlOptions(
    public_access=True,
    default_datastores_by_identity=True,
    log_retention_days=30,
    vault_recovery_days=7,
    vault_purge_protection=False,
    blob_recovery_days=14,
)


def databricks_access(auth_type: str = "azure-cli") -> DatabricksAccess:
    """A little patience with a workspace."""
    return DatabricksAccess(
        auth_type=auth_type, good_answers=3, interval_seconds=0.01, limit_seconds=5
    )


def databricks_workspace(place: Site, auth_type: str = "azure-cli") -> DatabricksWorkspace:
    """A Databricks workspace in a network of its own. Call it inside a deployed program."""
    network = Network("network", NetworkArgs(site=place, addresses=ADDRESSES))
    return DatabricksWorkspace(
        "databricks",
        DatabricksWorkspaceArgs(site=place, network=network, access=databricks_access(auth_type)),
    )


def ml_workspace(place: Site, options: MlOptions = ML_OPTIONS) -> MlWorkspace:
    """An Azure ML workspace with its registry. Call it inside a deployed program."""
    registry = ContainerRegistry("registry", ContainerRegistryArgs(site=place))
    return MlWorkspace("ml", MlWorkspaceArgs(site=place, registry=registry, options=options))


def training_data(place: Site, readers: Mapping[str, str] | None = None) -> TrainingData:
    """The training data. Call it inside a deployed program."""
    return TrainingData(
        "training",
        TrainingDataArgs(
            site=place,
            file=PurePath("data/diabetes.csv"),
            options=DataOptions(readers=readers or {}, recovery_days=14),
        ),
    )
