"""A mock cloud that answers like Azure and Databricks where the program reads the answers.

Every other property comes back as it went in. The id of a resource is ``id-of-<logical name>``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks

SUBSCRIPTION_ID = "00000000-0000-0000-0000-00000000aaaa"
TENANT_ID = "00000000-0000-0000-0000-00000000bbbb"
ACCOUNT_KEY = "bW9jayBhY2NvdW50IGtleQ=="
DEPLOYER = "deployer@example.org"
TOKEN_VALUE = "dapi-mock-token"
TOKEN_EXPIRY = "2027-01-15T08:00:00+00:00"
TOKEN_EXPIRY_MILLISECONDS = 1_800_000_000_123
WORKSPACE_HOST = "adb-1234567890123456.7.azuredatabricks.net"

_NAME_INPUT = {
    "azure-native:containerregistry:Registry": "registryName",
    "azure-native:machinelearningservices:Compute": "computeName",
    "azure-native:machinelearningservices:Datastore": "name",
    "azure-native:machinelearningservices:Workspace": "workspaceName",
    "azure-native:resources:ResourceGroup": "resourceGroupName",
    "azure-native:storage:Blob": "blobName",
    "azure-native:storage:BlobContainer": "containerName",
    "azure-native:storage:StorageAccount": "accountName",
}
"""Which input Azure answers as ``name``, of the types whose ``name`` the program reads."""


@dataclass(frozen=True)
class MockCloud(Mocks):
    """A cloud in which everything succeeds at once.

    Attributes:
        preview: nothing is made, so there are no ids and nothing that Azure would compute.
        workspace_host: address of every Databricks workspace.
        workspace_created: when each was made.
        blob_endpoint: pattern of an account's blob endpoint.
    """

    preview: bool = False
    workspace_host: str = WORKSPACE_HOST
    workspace_created: str | None = "2026-01-15T08:00:00.123456Z"
    blob_endpoint: str = "https://{account}.blob.core.windows.net/"

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Answer an invoke."""
        match args.token:
            case "azure-native:authorization:getClientConfig":
                return {"subscriptionId": SUBSCRIPTION_ID, "tenantId": TENANT_ID}, []
            case "databricks:index/getCurrentUser:getCurrentUser":
                return {"userName": DEPLOYER}, []
            case "azure-native:storage:listStorageAccountKeys":
                return {"keys": [{"keyName": "key1", "value": ACCOUNT_KEY}]}, []
        raise AssertionError(f"the program calls a function that no mock answers: {args.token}")

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """Make a resource: its id and its properties."""
        if self.preview or not args.custom:
            return None, args.inputs
        return f"id-of-{args.name}", args.inputs | self._computed(args)

    def _computed(self, args: MockResourceArgs) -> dict[str, Any]:
        computed: dict[str, Any] = {}
        if args.typ in _NAME_INPUT:
            computed["name"] = args.inputs[_NAME_INPUT[args.typ]]
        match args.typ:
            case "azure-native:storage:StorageAccount":
                endpoint = self.blob_endpoint.format(account=computed["name"])
                computed["primaryEndpoints"] = {"blob": endpoint}
            case "azure-native:databricks:Workspace":
                computed["workspaceUrl"] = self.workspace_host
                computed["createdDateTime"] = self.workspace_created
            case "databricks:index/token:Token":
                computed["tokenValue"] = TOKEN_VALUE
                computed["expiryTime"] = TOKEN_EXPIRY_MILLISECONDS
        return computed
