"""The training data in its storage account."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from infra.grants import assignment_name
from infra.training_data import TrainingData, endpoint_suffix
from tests.infra.examples import site, training_data
from tests.infra.harness import Deployment, Values, check, deploy
from tests.infra.mock_cloud import ACCOUNT_KEY, SUBSCRIPTION_ID, MockCloud

ACCOUNT = "stsampletrdev"


def _training_data() -> TrainingData:
    return training_data(site())


@pytest.fixture(scope="module")
def deployed() -> Deployment:
    return deploy(_training_data)


def test_the_container_is_private(deployed: Deployment) -> None:
    container = deployed.one("azure-native:storage:BlobContainer")

    assert container.inputs.plain == {
        "resourceGroupName": "rg-sample-dev-main",
        "accountName": ACCOUNT,
        "containerName": "trainingdata",
        "publicAccess": "None",
        "metadata": {"hdi_version": "2013-09-01"},
    }


def test_readers_get_the_role_to_read_blobs_in_this_account(deployed: Deployment) -> None:
    person = "00000000-0000-0000-0000-0000000000cc"
    with_reader = deploy(lambda: training_data(site(), readers={person: "User"}))

    role = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
    assert with_reader.one("azure-native:authorization:RoleAssignment").inputs.plain == {
        "roleAssignmentName": assignment_name("id-of-training-storage", role, person),
        "scope": "id-of-training-storage",
        "roleDefinitionId": (
            f"/subscriptions/{SUBSCRIPTION_ID}/providers/Microsoft.Authorization"
            f"/roleDefinitions/{role}"
        ),
        "principalId": person,
        "principalType": "User",
    }
    assert [found for found in deployed.resources if "RoleAssignment" in found.type] == []


def test_the_file_is_uploaded_under_its_own_name(deployed: Deployment) -> None:
    blob = deployed.one("azure-native:storage:Blob")

    assert blob.name == "training-diabetes"
    assert blob.inputs.plain == {
        "resourceGroupName": "rg-sample-dev-main",
        "accountName": ACCOUNT,
        "containerName": "trainingdata",
        "blobName": "diabetes.csv",
        "type": "Block",
        "contentType": "text/csv",
        "source": "file data/diabetes.csv",
    }


def test_the_account_key_is_a_secret_and_no_output_of_the_component() -> None:
    seen: list[object] = []

    def program() -> None:
        key = training_data(site()).account_key
        check(key, seen.append)
        is_secret: Any = key.is_secret()
        check(pulumi.Output.from_input(is_secret), seen.append)

    outputs = deploy(program).one("dataopsml:infra:TrainingData").outputs

    assert sorted(map(str, seen)) == [str(True), ACCOUNT_KEY]
    assert outputs is not None
    assert "account_key" not in outputs.plain


def test_the_component_tells_account_container_and_blob(deployed: Deployment) -> None:
    assert deployed.one("dataopsml:infra:TrainingData").outputs == Values(
        plain={
            "account_name": ACCOUNT,
            "blob_endpoint": f"https://{ACCOUNT}.blob.core.windows.net/",
            "endpoint_suffix": "core.windows.net",
            "container_name": "trainingdata",
            "data_path": "diabetes.csv",
        },
        secrets=frozenset(),
    )


def test_the_blob_endpoint_is_what_the_account_says() -> None:
    cloud = MockCloud(blob_endpoint="https://127.0.0.1:10442/{account}/")

    outputs = deploy(_training_data, cloud=cloud).one("dataopsml:infra:TrainingData").outputs

    assert outputs is not None
    assert outputs.plain["blob_endpoint"] == f"https://127.0.0.1:10442/{ACCOUNT}/"


@pytest.mark.parametrize(
    ("blob_endpoint", "suffix"),
    [
        ("https://data.blob.core.windows.net/", "core.windows.net"),
        ("https://data.blob.core.chinacloudapi.cn/", "core.chinacloudapi.cn"),
        ("https://data.blob.localhost:10000/", "localhost:10000"),
        ("https://127.0.0.1:10000/data/", None),
        ("https://other.blob.core.windows.net/", None),
    ],
)
def test_the_clouds_suffix_follows_the_account_in_the_host(
    blob_endpoint: str, suffix: str | None
) -> None:
    assert endpoint_suffix("data", blob_endpoint) == suffix
