"""``/metadata/endpoints``: where the services of this cloud are."""

from __future__ import annotations

from fastapi import APIRouter, Request

from localcloud.cloud import Cloud
from localcloud.store import JsonObject
from localcloud.tokens import ARM_AUDIENCE

router = APIRouter()

PATH = "/metadata/endpoints"
CLOUD_NAME = "LocalCloud"
_SINGLE_VERSIONS = frozenset({"2015-01-01", "2015-11-01", "1.0"})


@router.get(PATH, response_model=None)
def endpoints(request: Request) -> list[JsonObject] | JsonObject:
    """A list with this one cloud; to the oldest API versions the cloud itself, in their shape.

    Fidelity: verified (azureml-core and its azure-cli part), assumed (the oldest shape)
    """
    cloud: Cloud = request.app.state.cloud
    if request.query_params.get("api-version") in _SINGLE_VERSIONS:
        return _single(cloud)
    return [_described(cloud)]


def _described(cloud: Cloud) -> JsonObject:
    arm = cloud.home.arm_url
    return {
        "name": CLOUD_NAME,
        "portal": "https://portal.azure.com",
        "resourceManager": arm,
        "authentication": {
            "loginEndpoint": arm,
            "audiences": [f"{ARM_AUDIENCE}/", "https://management.core.windows.net/"],
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "graph": "https://graph.windows.net/",
        "graphAudience": "https://graph.windows.net/",
        "microsoftGraphResourceId": "https://graph.microsoft.com/",
        "gallery": "https://gallery.azure.com/",
        "batch": "https://batch.core.windows.net/",
        "media": "https://rest.media.azure.net",
        "sqlManagement": "https://management.core.windows.net:8443/",
        "vmImageAliasDoc": "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/"
        "arm-compute/quickstart-templates/aliases.json",
        "activeDirectoryDataLake": "https://datalake.azure.net/",
        "suffixes": {
            "storage": cloud.home.storage_suffix,
            "keyVaultDns": "vault.azure.net",
            "acrLoginServer": "azurecr.io",
            "sqlServerHostname": "database.windows.net",
            "azureDataLakeStoreFileSystem": "azuredatalakestore.net",
            "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
        },
    }


def _single(cloud: Cloud) -> JsonObject:
    described = _described(cloud)
    authentication = described["authentication"]
    return {
        "galleryEndpoint": described["gallery"],
        "graphEndpoint": described["graph"],
        "portalEndpoint": described["portal"],
        "authentication": {
            "loginEndpoint": authentication["loginEndpoint"],
            "audiences": authentication["audiences"],
        },
    }
