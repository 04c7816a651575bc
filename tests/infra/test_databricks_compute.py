"""The token, the attachment that uses it, and the datastore."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.databricks_compute import DatabricksCompute, DatabricksComputeArgs, iso_utc, renewal_date
from infra.plans import TokenLife
from tests.infra.examples import databricks_workspace, ml_workspace, site, training_data
from tests.infra.harness import Deployment, Values, deploy
from tests.infra.mock_cloud import (
    ACCOUNT_KEY,
    SUBSCRIPTION_ID,
    TOKEN_EXPIRY,
    TOKEN_VALUE,
    WORKSPACE_HOST,
    MockCloud,
)


def _compute() -> DatabricksCompute:
    place = site()
    return DatabricksCompute(
        "compute",
        DatabricksComputeArgs(
            site=place,
            ml_workspace=ml_workspace(place),
            databricks=databricks_workspace(place),
            training_data=training_data(place),
            token=TokenLife(lifetime_days=30, renew_before_days=10),
            today=date(2026, 11, 25),
        ),
    )


@pytest.fixture(scope="module")
def deployed() -> Deployment:
    return deploy(_compute)


def _datastore(**changed: Any) -> dict[str, Any]:
    return {
        "datastoreType": "AzureBlob",
        "subscriptionId": SUBSCRIPTION_ID,
        "resourceGroup": "rg-sample-dev-main",
        "accountName": "stsampletrdev",
        "containerName": "trainingdata",
        "protocol": "https",
        "serviceDataAccessAuthIdentity": "None",
        "credentials": {
            "credentialsType": "AccountKey",
            "secrets": {"secretsType": "AccountKey", "key": ACCOUNT_KEY},
        },
    } | changed


def test_the_token_expires_and_goes_with_the_workspace(deployed: Deployment) -> None:
    token = deployed.one("databricks:index/token:Token")

    assert token.inputs.plain == {
        "comment": "Azure Machine Learning, by Pulumi, to be renewed 2026-12-10",
        "lifetimeSeconds": 30 * 86_400,
    }
    assert token.options == {
        "additionalSecretOutputs": ["tokenValue"],
        "deletedWith": deployed.one("azure-native:databricks:Workspace").urn,
        "replace_with": [deployed.one("azure-native:databricks:Workspace").urn],
    }


def test_the_attachment_signs_in_with_the_token_and_keeps_it_secret(deployed: Deployment) -> None:
    compute = deployed.one("azure-native:machinelearningservices:Compute")

    token_path = "properties.properties.databricksAccessToken"
    assert compute.inputs == Values(
        plain={
            "resourceGroupName": "rg-sample-dev-main",
            "workspaceName": "aml-sample-dev",
            "computeName": "databricks",
            "location": "westeurope",
            "properties": {
                "computeType": "Databricks",
                "resourceId": "id-of-databricks-dbricks",
                "properties": {
                    "databricksAccessToken": TOKEN_VALUE,
                    "workspaceUrl": f"https://{WORKSPACE_HOST}",
                },
            },
        },
        secrets=frozenset({token_path}),
    )
    assert compute.options == {"additionalSecretOutputs": ["properties"]}


def test_the_datastore_is_the_training_container_and_keeps_its_key_secret(
    deployed: Deployment,
) -> None:
    datastore = deployed.one("azure-native:machinelearningservices:Datastore")

    assert datastore.inputs == Values(
        plain={
            "resourceGroupName": "rg-sample-dev-main",
            "workspaceName": "aml-sample-dev",
            "name": "trainingdata",
            "properties": _datastore(endpoint="core.windows.net"),
        },
        secrets=frozenset({"properties.credentials.secrets.key"}),
    )
    assert datastore.options == {"additionalSecretOutputs": ["properties"]}


def test_where_the_endpoint_shows_no_suffix_the_cloud_uses_its_own() -> None:
    cloud = MockCloud(blob_endpoint="https://127.0.0.1:10000/{account}/")

    datastore = deploy(_compute, cloud=cloud).one("azure-native:machinelearningservices:Datastore")

    assert datastore.inputs.plain["properties"] == _datastore()


def test_the_component_tells_names_and_expiry_and_no_secret(deployed: Deployment) -> None:
    assert deployed.one("dataopsml:infra:DatabricksCompute").outputs == Values(
        plain={
            "compute_name": "databricks",
            "token_expiry": TOKEN_EXPIRY,
            "datastore_name": "trainingdata",
        },
        secrets=frozenset(),
    )


@pytest.mark.parametrize(
    ("epoch_milliseconds", "text"),
    [
        (0, "1970-01-01T00:00:00+00:00"),
        (1_800_000_000_999, "2027-01-15T08:00:00+00:00"),
    ],
)
def test_points_in_time_are_written_in_utc_to_the_second(
    epoch_milliseconds: int, text: str
) -> None:
    assert iso_utc(epoch_milliseconds) == text


@given(
    today=st.dates(min_value=date(2026, 1, 1), max_value=date(2040, 1, 1)),
    lifetime=st.integers(1, 730),
    data=st.data(),
)
def test_a_token_is_renewed_while_it_still_has_the_wanted_days_left(
    today: date, lifetime: int, data: st.DataObject
) -> None:
    before = data.draw(st.integers(0, lifetime - 1))

    token = TokenLife(lifetime_days=lifetime, renew_before_days=before)
    renewal = renewal_date(today, token)

    assert today < renewal <= today + timedelta(lifetime - before)
    last_day = renewal - timedelta(1)
    assert renewal_date(last_day, token) == renewal, "the same until that day"
    assert renewal_date(renewal, token) > renewal, "and another one from then on"
