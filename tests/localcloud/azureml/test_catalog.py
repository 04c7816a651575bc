"""Data types, modules and data sources."""

from __future__ import annotations

from typing import Any


def test_the_types_that_the_sdk_needs_are_there(poster: Any) -> None:
    assert [each["Id"] for each in poster.get("/DataTypes")] == [
        "AnyDirectory",
        "AnyFile",
        "AzureBlobReference",
        "AzureDataLakeReference",
        "AzureFilesReference",
        "AzureSqlDatabaseReference",
        "AzurePostgresDatabaseReference",
        "AzureDataLakeGen2Reference",
        "AzureMLDataset",
        "AzureMySqlDatabaseReference",
        "DBFSReference",
    ]


def test_a_type_can_be_added_once(poster: Any) -> None:
    body = {"Id": "Mine", "Name": "Mine", "IsDirectory": True}
    assert poster.post("/DataTypes", body)["IsDirectory"] is True
    answer = poster.client.post(f"{poster.api}/DataTypes", json=body)
    assert (answer.status_code, answer.json()["Error"]["Message"]) == (
        400,
        "data type 'Mine' already exists",
    )


def test_a_module_is_found_by_id_and_by_hash_with_its_interface(poster: Any) -> None:
    interface = {
        "Inputs": [{"Name": "raw", "DataTypeIdsList": ["AnyFile"], "IsOptional": False}],
        "Outputs": [{"Name": "clean", "DataTypeId": "AnyFile"}],
        "Parameters": [
            {
                "Name": "notebook_path",
                "ParameterType": "String",
                "DefaultValue": "/n",
                "IsOptional": False,
            }
        ],
        "MetadataParameters": [],
    }
    module_id = poster.module("score", IdentifierHash="h1", StructuredInterface=interface)
    found = poster.get(f"/Modules/{module_id}")
    assert found == poster.get("/Modules/Hash/h1")
    assert found["Data"]["StructuredInterface"] == interface
    assert found["Interface"] == {
        "Parameters": [
            {"Name": "notebook_path", "DefaultValue": "/n", "IsOptional": False, "Type": "String"}
        ],
        "MetadataParameters": [],
        "Ports": {
            "Inputs": [{"Name": "raw", "DataTypesIds": ["AnyFile"], "IsOptional": False}],
            "Outputs": [{"Name": "clean", "DataTypeId": "AnyFile"}],
        },
    }


def test_a_data_source_shows_where_it_is(poster: Any) -> None:
    source_id = poster.source("lake", "bronze/trips")
    assert poster.get(f"/DataSources/{source_id}")["DataLocation"] == {
        "StorageType": "AzureBlob",
        "DataReference": {
            "Type": "AzureBlob",
            "AzureBlobReference": {"RelativePath": "bronze/trips", "AmlDataStoreName": "lake"},
        },
    }


def test_an_unknown_hash_is_not_found(poster: Any) -> None:
    for kind in ("Modules", "DataSources"):
        assert poster.client.get(f"{poster.api}/{kind}/Hash/nothing").status_code == 404
