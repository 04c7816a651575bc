"""Microsoft.MachineLearningServices: workspaces, attached computes and datastores, as resources.

What happens inside a workspace is the Azure ML server's part. Databricks is the one compute that
can be attached, Azure Blob the one kind of datastore. A deleted workspace keeps its name until it
is purged or 14 days have passed; it can't be recovered here.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

from localcloud.arm.behavior import Behavior, Change, Context
from localcloud.arm.naming import NameRule
from localcloud.arm.providers import containerregistry, databricks, insights, keyvault, storage
from localcloud.arm.soft_delete import SoftDelete
from localcloud.arm.types import Polling, ResourceType
from localcloud.azureml import workspaces
from localcloud.errors import CloudError
from localcloud.store import JsonObject
from localcloud.tokens import TENANT_ID

TYPE_NAME = "Microsoft.MachineLearningServices/workspaces"
SOFT_DELETED = "SoftDeleted"
RETENTION_DAYS = 14
_REFERENCES = {
    "storageAccount": storage.TYPE_NAME,
    "keyVault": keyvault.TYPE_NAME,
    "applicationInsights": insights.TYPE_NAME,
    "containerRegistry": containerregistry.TYPE_NAME,
}
_REQUIRED = ("storageAccount", "keyVault", "applicationInsights")
_VERSIONS = frozenset(
    {"2020-02-02", "2022-05-01", "2023-10-01", "2024-04-01", "2024-10-01", "2025-06-01"}
    | {"2025-09-01", "2025-12-01"}
)


class Workspace(Behavior):
    """An Azure ML workspace.

    Fidelity: verified (pulumi-azure-native: shapes; github.com/Azure/ResourceModules issue 3596: a
    deleted workspace's name), assumed (other refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """What it depends on must exist and be of a kind that it can use."""
        if change.before is None and context.deleted.find(TYPE_NAME, change.address.id):
            message = (
                "Soft-deleted workspace exists. Please purge or recover it. "
                "https://aka.ms/wsoftdelete"
            )
            raise CloudError(400, "BadRequest", message)
        for name in _REQUIRED:
            if not change.properties.get(name):
                raise CloudError(400, "ValidationError", f"Missing dependent resource: '{name}'.")
        for name, type_name in _REFERENCES.items():
            resource_id = change.properties.get(name)
            if resource_id:
                context.resources.referred(resource_id, type_name, change.address.id)
        account = context.resources.get(change.properties["storageAccount"]) or {}
        hierarchical = account.get("properties", {}).get("isHnsEnabled")
        if hierarchical or account["sku"]["name"].startswith("Premium"):
            raise CloudError(
                400,
                "ValidationError",
                f"The storage account '{account['name']}' can't be a workspace's default: it has "
                "a hierarchical namespace or is of a premium sku.",
            )

    def complete(self, context: Context, change: Change) -> None:
        """Ids, addresses and defaults."""
        home = context.cloud.home
        workspace_id = change.keep("workspaceId", lambda: str(uuid.uuid4()))
        change.keep("creationTime", lambda: datetime.now(UTC).isoformat())
        properties = change.properties
        properties["discoveryUrl"] = f"{home.azureml_url}/discovery"
        properties["mlFlowTrackingUri"] = (
            f"azureml://localhost:{home.azureml_port}/mlflow/v1.0{change.resource['id']}"
        )
        properties["tenantId"] = TENANT_ID
        properties["storageHnsEnabled"] = False
        properties.setdefault("friendlyName", change.address.name)
        properties.setdefault("hbiWorkspace", False)
        properties.setdefault("publicNetworkAccess", "Enabled")
        properties.setdefault("v1LegacyMode", False)
        properties["workspaceId"] = workspace_id
        change.resource.setdefault("kind", "Default")
        change.resource.setdefault("sku", {"name": "Basic", "tier": "Basic"})
        change.resource["sku"].setdefault("tier", change.resource["sku"]["name"])

    def list(
        self, context: Context, prefix: str, type_name: str, query: Mapping[str, str]
    ) -> list[JsonObject]:
        """Workspaces; the list of a subscription has the deleted ones, too.

        Fidelity: verified (github.com/Azure/azure-powershell issue 28286), assumed (their state)
        """
        found = super().list(context, prefix, type_name, query)
        if "/resourcegroups/" in prefix.lower():
            return found
        return [
            *found,
            *(
                {**each.resource, "properties": {**properties, "provisioningState": SOFT_DELETED}}
                for each in context.deleted.list(type_name, prefix)
                if (properties := each.resource["properties"])
            ),
        ]

    def provision(self, context: Context, change: Change) -> None:
        """Let the Azure ML server make what belongs into a new workspace."""
        workspaces.create(context.cloud, change.resource)

    def deprovision(self, context: Context, resource: JsonObject) -> None:
        """Let the Azure ML server end runs and forget the workspace."""
        workspaces.delete(context.cloud, resource["id"])


def compute_keys(context: Context, resource: JsonObject, _body: JsonObject) -> JsonObject:
    """The token of an attachment."""
    known = context.resources.secrets(resource["id"])
    return {
        "computeType": "Databricks",
        "databricksAccessToken": known.get("databricksAccessToken"),
    }


class Compute(Behavior):
    """An attached Databricks workspace.

    Fidelity: verified (pulumi-azure-native: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """The Databricks workspace must exist, and a token must come with a new attachment."""
        properties = change.properties
        resource_id = properties.get("resourceId", "")
        context.resources.referred(resource_id, databricks.TYPE_NAME, change.address.id)
        if change.before is None and not change.secrets.get("databricksAccessToken"):
            raise CloudError(
                400,
                "ValidationError",
                "'properties.properties.databricksAccessToken' is missing.",
            )

    def complete(self, context: Context, change: Change) -> None:
        """What the service adds to an attachment."""
        now = datetime.now(UTC).isoformat()
        properties = change.properties
        target = context.resources.get(properties["resourceId"]) or {}
        change.keep("createdOn", lambda: now)
        properties["modifiedOn"] = now
        properties["isAttachedCompute"] = True
        properties["provisioningErrors"] = []
        properties.setdefault("disableLocalAuth", False)
        inner = properties.setdefault("properties", {})
        inner.setdefault("workspaceUrl", target.get("properties", {}).get("workspaceUrl"))


def datastore_secrets(context: Context, resource: JsonObject, _body: JsonObject) -> JsonObject:
    """The credential of a datastore."""
    known = context.resources.secrets(resource["id"])
    if "accountKey" in known:
        return {"secretsType": "AccountKey", "key": known["accountKey"]}
    if "sasToken" in known:
        return {"secretsType": "Sas", "sasToken": known["sasToken"]}
    raise CloudError(400, "UserError", f"Datastore '{resource['name']}' holds no credential.")


class Datastore(Behavior):
    """A blob datastore.

    Fidelity: verified (pulumi-azure-native: shapes), assumed (refusals)
    """

    def check(self, context: Context, change: Change) -> None:
        """Its credential must open its container, unless the check is skipped."""
        secrets = change.secrets.pop("secrets", {})
        for given, kept in (("key", "accountKey"), ("sasToken", "sasToken")):
            if given in secrets:
                change.secrets[kept] = secrets[given]
        if change.query.get("skipValidation", "false").lower() == "true":
            return
        properties = change.properties
        account, container = properties.get("accountName"), properties.get("containerName")
        if not account or not container:
            message = "A blob datastore needs 'accountName' and 'containerName'."
            raise CloudError(400, "ValidationError", message)
        storage.check_access(context, account, container, change.secrets.get("accountKey"))

    def complete(self, context: Context, change: Change) -> None:
        """Defaults."""
        properties = change.properties
        properties.setdefault("endpoint", context.cloud.home.storage_suffix)
        properties.setdefault("protocol", "https")
        properties.setdefault("serviceDataAccessAuthIdentity", "None")
        properties["isDefault"] = bool(
            (change.before or {}).get("properties", {}).get("isDefault", False)
        )


TYPES = (
    ResourceType(
        name=TYPE_NAME,
        api_versions=_VERSIONS,
        naming=NameRule(
            pattern=r"[A-Za-z0-9][\w-]{2,32}",
            says="3-33 letters, digits, underscores and hyphens; begins with a letter or digit",
        ),
        behavior=Workspace(),
        create_only=(
            "properties.hbiWorkspace",
            "properties.keyVault",
            "properties.storageAccount",
        ),
        slow_create=Polling.ASYNC_OPERATION,
        slow_delete=Polling.ASYNC_OPERATION,
        soft_delete=SoftDelete(retention_days=lambda _: RETENTION_DAYS, for_good="forceToPurge"),
        needs_location=True,
    ),
    ResourceType(
        name=f"{TYPE_NAME}/computes",
        api_versions=_VERSIONS,
        naming=NameRule(
            pattern=r"[A-Za-z](?=.{1,15}$)[A-Za-z0-9-]*[A-Za-z0-9]",
            says="2-16 letters, digits and hyphens; begins with a letter, ends with a letter or "
            "digit",
        ),
        behavior=Compute(),
        actions={"listKeys": compute_keys},
        create_only=("properties.computeType", "properties.resourceId"),
        secrets=("properties.properties.databricksAccessToken",),
        slow_create=Polling.ASYNC_OPERATION,
        slow_delete=Polling.ASYNC_OPERATION,
    ),
    ResourceType(
        name=f"{TYPE_NAME}/datastores",
        api_versions=_VERSIONS,
        naming=NameRule(
            pattern=r"[A-Za-z0-9_]{1,255}", says="1-255 letters, digits and underscores"
        ),
        behavior=Datastore(),
        actions={"listSecrets": datastore_secrets},
        create_only=("properties.datastoreType",),
        secrets=("properties.credentials.secrets",),
    ),
)
