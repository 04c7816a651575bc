"""An Azure ML environment with a Databricks workspace beside it, in the order things depend."""

from datetime import UTC, datetime
from pathlib import Path, PurePath

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from infra import processor_time, runtimes, stack_rules
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

processor_time.save()
settings = Settings.from_config(get_config_env() | CONFIG.get(), pulumi.get_stack())
today = datetime.now(UTC).date()
stack_rules.tag_everything(settings.all_tags)
stack_rules.protect_data(protect=settings.protect_data)
stack_rules.warn(runtimes.support_warning(settings.spark_version, today))
site = Site("main", SiteArgs(location=settings.location, names=settings.names))
network = Network("network", NetworkArgs(site=site, addresses=settings.addresses))
registry = ContainerRegistry("registry", ContainerRegistryArgs(site=site))
ml = MlWorkspace("ml", MlWorkspaceArgs(site=site, registry=registry, options=settings.ml_options))
training = TrainingData(
    "training",
    TrainingDataArgs(site=site, file=PurePath("data/diabetes.csv"), options=settings.data_options),
)
databricks = DatabricksWorkspace(
    "databricks",
    DatabricksWorkspaceArgs(site=site, network=network, access=settings.databricks_access),
)
notebooks = Notebooks(
    "notebooks", NotebooksArgs(databricks=databricks, folder=Path(__file__).parent / "notebooks")
)
pool = InstancePool(
    "jobs", InstancePoolArgs(site=site, databricks=databricks, machines=settings.machines)
)
compute = DatabricksCompute(
    "compute",
    DatabricksComputeArgs(
        site=site,
        ml_workspace=ml,
        databricks=databricks,
        training_data=training,
        token=settings.token_life,
        today=today,
    ),
)
parts = (site, ml, training, databricks, notebooks, pool, compute)
for output, value in exports(*parts, pages=settings.pages).items():
    pulumi.export(output, value)
