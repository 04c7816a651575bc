"""The one typed contract between the infrastructure and the pipelines.

The Pulumi program exports exactly these fields under these names; the pipelines read them
back with :meth:`StackOutputs.from_mapping`. This module imports neither pulumi nor azureml,
so that either side can use it without paying for the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches


class StackOutputsError(ValueError):
    """Stack outputs are missing, unknown or of the wrong type; the message lists every one."""


@dataclass(frozen=True, kw_only=True)
class StackOutputs:
    """What a deployed stack tells its users.

    Every field is a string; those without a default are never empty.
    """

    subscription_id: str
    """Azure subscription (GUID) that holds both workspaces."""

    location: str
    """Azure region, e.g. ``westeurope``."""

    resource_group_name: str
    """Resource group that holds everything the program declares."""

    ml_workspace_name: str
    """Azure Machine Learning workspace."""

    ml_workspace_id: str
    """ARM id of the Azure Machine Learning workspace."""

    databricks_workspace_id: str
    """ARM id of the Databricks workspace."""

    databricks_workspace_url: str
    """Base address of the Databricks workspace with scheme, no trailing slash."""

    databricks_compute_name: str
    """Name under which the Databricks workspace is attached to Azure ML."""

    databricks_token_expiry: str
    """When the attachment's access token expires: ISO 8601, UTC."""

    instance_pool_id: str
    """Databricks instance pool that job clusters take their machines from."""

    spark_version: str
    """Databricks Runtime key of job clusters, e.g. ``15.4.x-scala2.12``."""

    notebook_folder: str
    """Workspace folder of the notebooks; its name is a hash of everything in it."""

    training_datastore_name: str
    """Azure ML datastore of the training-data container."""

    training_storage_account_name: str
    """Storage account of the training data."""

    training_container_name: str
    """Blob container of the training data."""

    training_blob_endpoint: str
    """Blob endpoint of the training-data account, with scheme, as the account itself says it."""

    training_data_path: str
    """Blob name of the training data inside its container, e.g. ``diabetes.csv``."""

    existing_cluster_id: str = ""
    """Databricks cluster that steps run on; empty where each run makes a cluster of its own."""

    portal_url: str = ""
    """Page of the resource group in the Azure portal; empty where there is no portal."""

    studio_url: str = ""
    """Page of the workspace in Azure ML studio; empty where there is no studio."""

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Field names in declaration order; the program's export names are the same."""
        return tuple(field.name for field in fields(cls))

    @classmethod
    def from_mapping(cls, outputs: Mapping[str, object], *, stack: str) -> StackOutputs:
        """Build from what ``pulumi stack output --json`` prints.

        Outputs that the contract does not know are ignored: a stack may export more.

        Args:
            outputs: output name to value.
            stack: the stack's name, used in error messages only.

        Raises:
            StackOutputsError: a field is absent or empty and has no default, or is not a string;
                all are named.
        """
        problems = []
        values = {}
        for field in fields(cls):
            name, is_required = field.name, field.default is MISSING
            value = values[name] = outputs.get(name, None if is_required else field.default)
            if is_required and name not in outputs:
                near = get_close_matches(name, outputs, n=1)
                problems.append(f"{name}: missing" + (f" (found {near[0]!r})" if near else ""))
            elif not isinstance(value, str) or (is_required and not value):
                kind = "non-empty string" if is_required else "string"
                problems.append(f"{name}: expected a {kind}, got {value!r}")
        if problems:
            raise StackOutputsError(
                f"stack {stack!r} does not export what the pipelines need:\n  "
                + "\n  ".join(problems)
                + f"\nDeploy it first: pulumi up --stack {stack}"
            )
        return cls(**{name: str(value) for name, value in values.items()})
