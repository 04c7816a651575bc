"""Databricks as compute of the Azure ML workspace, and the training data as its datastore.

The attachment signs in to Databricks with a personal access token that expires. A new token
updates the attachment before the old one is removed; nothing here watches the calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pulumi_databricks
from pulumi import ComponentResource, Output, ResourceOptions
from pulumi_azure_native import machinelearningservices as azureml

from infra.databricks_workspace import DatabricksWorkspace
from infra.ml_workspace import MlWorkspace
from infra.plans import TokenLife
from infra.site import Site
from infra.training_data import TrainingData

COMPUTE = "databricks"
"""Azure ML takes 2-16 letters, digits and dashes here.
https://learn.microsoft.com/azure/machine-learning/how-to-manage-quotas"""

DATASTORE = "trainingdata"
SECONDS_PER_DAY = 24 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class DatabricksComputeArgs:
    """Settings of :class:`DatabricksCompute`."""

    site: Site
    ml_workspace: MlWorkspace
    databricks: DatabricksWorkspace
    training_data: TrainingData
    token: TokenLife
    today: date
    """Day of the deployment, UTC."""


class DatabricksCompute(ComponentResource):
    """What an Azure ML pipeline needs to run on Databricks: a compute and a datastore."""

    compute_name: Output[str]
    """Name of the attached compute in the Azure ML workspace."""

    token_expiry: Output[str]
    """When the attachment's token expires: ISO 8601, UTC."""

    datastore_name: Output[str]
    """Name of the training data's datastore in the Azure ML workspace."""

    def __init__(
        self, name: str, args: DatabricksComputeArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("dataopsml:infra:DatabricksCompute", name, None, opts)

        renewal = renewal_date(args.today, args.token)
        token = pulumi_databricks.Token(
            f"{name}-token",
            # Databricks can't change a comment: a new date is a new token.
            comment=f"Azure Machine Learning, by Pulumi, to be renewed {renewal}",
            lifetime_seconds=args.token.lifetime_days * SECONDS_PER_DAY,
            opts=args.databricks.inside(self),
        )
        compute = azureml.Compute(
            f"{name}-attachment",
            compute_name=COMPUTE,
            resource_group_name=args.site.resource_group_name,
            workspace_name=args.ml_workspace.workspace_name,
            location=args.site.location,
            properties=azureml.DatabricksArgs(
                compute_type="Databricks",
                resource_id=args.databricks.workspace_id,
                properties=azureml.DatabricksPropertiesArgs(
                    databricks_access_token=Output.secret(token.token_value),
                    workspace_url=args.databricks.url,
                ),
            ),
            opts=ResourceOptions(parent=self, additional_secret_outputs=["properties"]),
        )
        datastore = azureml.Datastore(
            f"{name}-datastore",
            name=DATASTORE,
            resource_group_name=args.site.resource_group_name,
            workspace_name=args.ml_workspace.workspace_name,
            # Inside `apply`, because an Output of None would be sent as null.
            properties=args.training_data.endpoint_suffix.apply(
                lambda suffix: _datastore(args.site, args.training_data, suffix)
            ),
            opts=ResourceOptions(parent=self, additional_secret_outputs=["properties"]),
        )

        self.compute_name = compute.name
        self.token_expiry = token.expiry_time.apply(iso_utc)
        self.datastore_name = datastore.name
        self.register_outputs(
            {
                "compute_name": self.compute_name,
                "token_expiry": self.token_expiry,
                "datastore_name": self.datastore_name,
            }
        )


def _datastore(
    site: Site, data: TrainingData, endpoint_suffix: str | None
) -> azureml.AzureBlobDatastoreArgs:
    return azureml.AzureBlobDatastoreArgs(
        datastore_type="AzureBlob",
        subscription_id=site.subscription_id,
        resource_group=site.resource_group_name,
        account_name=data.account_name,
        container_name=data.container_name,
        protocol="https",
        endpoint=endpoint_suffix,
        credentials=azureml.AccountKeyDatastoreCredentialsArgs(
            credentials_type="AccountKey",
            secrets=azureml.AccountKeyDatastoreSecretsArgs(
                secrets_type="AccountKey", key=data.account_key
            ),
        ),
    )


def iso_utc(epoch_milliseconds: int) -> str:
    """A point in time as Databricks gives it, as ISO 8601 to the second."""
    return datetime.fromtimestamp(epoch_milliseconds // 1000, UTC).isoformat()


def renewal_date(today: date, token: TokenLife) -> date:
    """The day from which on a deployment replaces the token that one of today makes.

    Days are counted in periods of one length since the calendar began, so the answer is the
    same throughout a period, and no state has to be kept. A token lives one period and
    ``renew_before_days``: one deployment in that time is enough for it never to expire.
    """
    period = token.lifetime_days - token.renew_before_days
    return date.fromordinal((today.toordinal() // period + 1) * period)
