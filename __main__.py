"""An Azure ML environment with a Databricks workspace beside it, in the order things depend."""

from pathlib import Path, PurePath

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from infra.container_registry import ContainerRegistry, ContainerRegistryArgs
from infra.databricks_compute import DatabricksCompute, DatabricksComputeArgs
from infra.databricks_workspace import DatabricksWorkspace, DatabricksWorkspaceArgs
from infra.exports import exports
from infra.instance_pool import InstancePool, InstancePoolArgs
from infra.ml_workspace import MlWorkspace, MlWorkspaceArgs
from infra.network import Network, NetworkArgs
from infra.notebooks import Notebooks, NotebooksArgs
from infra.settings import Settings
from infra.site import Site, SiteArgs
from infra.training_data import TrainingData, TrainingDataArgs

settings = Settings.from_config(get_config_env() | CONFIG.get(), pulumi.get_stack())
site = Site(
    "main", SiteArgs(location=settings.location, names=settings.names, tags=settings.all_tags)
)

network = Network("network", NetworkArgs(site=site, address_space=settings.vnet_address_space))
registry = ContainerRegistry("registry", ContainerRegistryArgs(site=site))
ml = MlWorkspace("ml", MlWorkspaceArgs(site=site, registry_id=registry.registry_id))
training = TrainingData("training", TrainingDataArgs(site=site, file=PurePath("data/diabetes.csv")))
databricks = DatabricksWorkspace(
    "databricks",
    DatabricksWorkspaceArgs(site=site, network=network, auth_type=settings.databricks_auth_type),
)
notebooks = Notebooks(
    "notebooks", NotebooksArgs(databricks=databricks, folder=Path(__file__).parent / "notebooks")
)
pool = InstancePool(
    "jobs",
    InstancePoolArgs(
        site=site,
        databricks=databricks,
        spark_version=settings.spark_version,
        node_type=settings.node_type,
        min_idle_instances=settings.pool_min_idle_instances,
        max_capacity=settings.pool_max_capacity,
        idle_minutes=settings.pool_idle_minutes,
    ),
)
compute = DatabricksCompute(
    "compute",
    DatabricksComputeArgs(
        site=site,
        ml_workspace=ml,
        databricks=databricks,
        training_data=training,
        token_lifetime_days=settings.token_lifetime_days,
    ),
)

for output, value in exports(site, ml, training, databricks, notebooks, pool, compute).items():
    pulumi.export(output, value)
