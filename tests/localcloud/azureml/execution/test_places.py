"""Places in blob storage, as a notebook is told about them."""

from __future__ import annotations

import pytest

from localcloud.azureml.blob_datastores import BlobDatastore
from localcloud.azureml.execution.places import Place
from localcloud.errors import CloudError

STORE = BlobDatastore(
    name="lake", account="stx", container="data", suffix="localhost:10442", account_key="a2V5"
)


def test_a_notebook_gets_the_address_the_setting_and_the_name_of_the_secret() -> None:
    assert Place(datastore=STORE, path="bronze/trips").widgets("raw") == {
        "raw": "wasbs://data@stx.blob.localhost:10442/bronze/trips",
        "raw_blob_config": "fs.azure.account.key.stx.blob.localhost:10442",
        "raw_blob_secretname": "data@stx",
    }


def test_a_leading_slash_is_not_doubled() -> None:
    assert Place(datastore=STORE, path="/a").url == "wasbs://data@stx.blob.localhost:10442/a"


def test_a_datastore_without_a_key_is_refused_with_what_helps() -> None:
    store = BlobDatastore(
        name="lake", account="stx", container="data", suffix="s", account_key=None
    )
    with pytest.raises(CloudError) as refusal:
        _ = Place(datastore=store, path="a").account_key
    assert refusal.value.message == (
        "datastore 'lake' holds no account key, and a Databricks notebook can use blob storage "
        "only with one: register it with its account key"
    )
