"""The stack's outputs: which component fills which field of the contract with the pipelines."""

from __future__ import annotations

from pulumi import Output

from infra.databricks_compute import DatabricksCompute
from infra.databricks_workspace import DatabricksWorkspace
from infra.instance_pool import InstancePool
from infra.ml_workspace import MlWorkspace
from infra.notebooks import Notebooks
from infra.plans import Pages
from infra.site import Site
from infra.training_data import TrainingData


def exports(  # noqa: PLR0917 (each is of a type of its own: mypy sees a mix-up)
    site: Site,
    ml: MlWorkspace,
    training: TrainingData,
    databricks: DatabricksWorkspace,
    notebooks: Notebooks,
    pool: InstancePool,
    compute: DatabricksCompute,
    pages: Pages,
) -> dict[str, Output[str]]:
    """One value for each field of :class:`stack_outputs.StackOutputs`, under the field's name."""
    return {
        "subscription_id": site.subscription_id,
        "location": Output.from_input(site.location),
        "resource_group_name": site.resource_group_name,
        "ml_workspace_name": ml.workspace_name,
        "ml_workspace_id": ml.workspace_id,
        "databricks_workspace_id": databricks.workspace_id,
        "databricks_workspace_url": databricks.url,
        "databricks_compute_name": compute.compute_name,
        "databricks_token_expiry": compute.token_expiry,
        "instance_pool_id": pool.instance_pool_id,
        "spark_version": pool.spark_version,
        "notebook_folder": notebooks.notebook_folder,
        "training_datastore_name": compute.datastore_name,
        "training_storage_account_name": training.account_name,
        "training_container_name": training.container_name,
        "training_blob_endpoint": training.blob_endpoint,
        "training_data_path": training.data_path,
        "existing_cluster_id": pool.cluster_id,
        "portal_url": _link(
            pages.portal,
            "/#@{0}/resource/subscriptions/{1}/resourceGroups/{2}",
            site.tenant_id,
            site.subscription_id,
            site.resource_group_name,
        ),
        "studio_url": _link(pages.studio, "/?wsid={0}&tid={1}", ml.workspace_id, site.tenant_id),
    }


def _link(page: str, path: str, *values: Output[str]) -> Output[str]:
    return Output.format(page + path, *values) if page else Output.from_input("")
