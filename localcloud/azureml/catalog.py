"""What graphs refer to: data types, modules (the definitions of steps) and data sources.

The SDK writes them before it posts a graph, and finds them again by a hash of their content.
"""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from localcloud.azureml.scope import SCOPE, Here, Kind, Workspace
from localcloud.azureml.wire import PascalWire, bad_request, new_id, not_found, now
from localcloud.store import JsonObject

router = APIRouter(prefix=SCOPE)

_DIRECTORY_TYPES = ("AnyDirectory",)
_FILE_TYPES = (
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
)
"""The types that the SDK would create itself if a workspace lacked them."""


class DataType(PascalWire):
    """A data type."""

    id: str
    name: str
    description: str | None = None
    is_directory: bool = False
    parent_data_type_ids: list[str] = Field(default_factory=list)


class StructuredParameter(PascalWire):
    """A parameter in a module's interface."""

    name: str
    parameter_type: str | None = None
    is_optional: bool | None = None
    default_value: str | None = None


class StructuredPort(PascalWire):
    """An input or output in a module's interface."""

    name: str
    is_optional: bool | None = None
    data_type_ids_list: list[str] | None = None
    data_type_id: str | None = None
    data_store_name: str | None = None


class StructuredInterface(PascalWire):
    """A module's interface as the SDK describes it."""

    inputs: list[StructuredPort] = Field(default_factory=list)
    outputs: list[StructuredPort] = Field(default_factory=list)
    parameters: list[StructuredParameter] = Field(default_factory=list)
    metadata_parameters: list[StructuredParameter] = Field(default_factory=list)


class ModuleBody(PascalWire):
    """The definition of a step."""

    name: str
    description: str | None = None
    module_execution_type: str | None = None
    step_type: str | None = None
    identifier_hash: str | None = None
    is_deterministic: bool = False
    structured_interface: StructuredInterface


class DataSourceBody(PascalWire):
    """A path in a datastore."""

    name: str | None = None
    description: str | None = None
    data_type_id: str | None = None
    data_store_name: str
    path_on_data_store: str = ""
    identifier_hash: str | None = None


def _builtin_data_types() -> list[JsonObject]:
    return [
        DataType(
            id=name, name=name, description=name, is_directory=name in _DIRECTORY_TYPES
        ).model_dump(by_alias=True)
        for name in (*_DIRECTORY_TYPES, *_FILE_TYPES)
    ]


@router.get("/DataTypes")
def list_data_types(workspace: Here) -> list[JsonObject]:
    """The built-in data types and those that were added.

    Fidelity: verified (azureml-pipeline-core, ensure_default_datatypes)
    """
    return _builtin_data_types() + workspace.all(Kind.DATA_TYPE)


@router.post("/DataTypes")
def create_data_type(workspace: Here, body: DataType) -> JsonObject:
    """Add a data type.

    Fidelity: verified (azureml-pipeline-core: a refusal must say "already exist")
    """
    if any(known["Id"] == body.id for known in list_data_types(workspace)):
        raise bad_request(f"data type {body.id!r} already exists")
    entity = body.model_dump(by_alias=True)
    workspace.put(Kind.DATA_TYPE, body.id, entity)
    return entity


@router.post("/Modules")
def create_module(workspace: Here, body: ModuleBody) -> JsonObject:
    """Store the definition of a step.

    Fidelity: verified (azureml-pipeline-core, _ModuleBuilder)
    """
    entity = {
        **body.as_sent(),
        "Id": new_id(),
        "UploadState": "Completed",
        "EntityStatus": "Active",
        "CreatedDate": now(),
    }
    workspace.put(Kind.MODULE, entity["Id"], entity)
    return entity


@router.get("/Modules/{module_id}")
def get_module(workspace: Here, module_id: str) -> JsonObject:
    """A module with its interface.

    Fidelity: verified (azureml-pipeline-core, _AevaModuleProvider)
    """
    return _as_module(workspace.require(Kind.MODULE, module_id, "module"))


@router.get("/Modules/Hash/{identifier_hash}")
def find_module(workspace: Here, identifier_hash: str) -> JsonObject:
    """A module by the hash of its content.

    Fidelity: verified (azureml-pipeline-core: 404 makes it create the module)
    """
    return _as_module(_by_hash(workspace, Kind.MODULE, "module", identifier_hash))


@router.post("/DataSources")
def create_data_source(workspace: Here, body: DataSourceBody) -> JsonObject:
    """Store a path in a datastore as a source of data.

    Fidelity: verified (azureml-pipeline-core, _DataSourceBuilder)
    """
    reference = {
        "RelativePath": body.path_on_data_store,
        "AmlDataStoreName": body.data_store_name,
    }
    data_source_id = new_id()
    entity = {
        "Id": data_source_id,
        "Name": body.name,
        "Description": body.description,
        "DataTypeId": body.data_type_id,
        "IdentifierHash": body.identifier_hash,
        "EntityStatus": "Active",
        "CreatedDate": now(),
        "DataLocation": data_location(reference),
    }
    workspace.put(Kind.DATA_SOURCE, data_source_id, entity)
    return entity


@router.get("/DataSources/{data_source_id}")
def get_data_source(workspace: Here, data_source_id: str) -> JsonObject:
    """A data source.

    Fidelity: verified (azureml-pipeline-core, _AevaDataSourceProvider)
    """
    return workspace.require(Kind.DATA_SOURCE, data_source_id, "data source")


@router.get("/DataSources/Hash/{identifier_hash}")
def find_data_source(workspace: Here, identifier_hash: str) -> JsonObject:
    """A data source by the hash of its content.

    Fidelity: verified (azureml-pipeline-core: 404 makes it create the data source)
    """
    return _by_hash(workspace, Kind.DATA_SOURCE, "data source", identifier_hash)


def data_location(blob_reference: JsonObject) -> JsonObject:
    """A place in a blob datastore as entities show it."""
    return {
        "StorageType": "AzureBlob",
        "DataReference": {"Type": "AzureBlob", "AzureBlobReference": blob_reference},
    }


def _by_hash(workspace: Workspace, kind: Kind, noun: str, identifier_hash: str) -> JsonObject:
    for entity in workspace.all(kind):
        if entity.get("IdentifierHash") == identifier_hash:
            return entity
    raise not_found(noun, identifier_hash)


def _as_module(entity: JsonObject) -> JsonObject:
    described = StructuredInterface.model_validate(entity["StructuredInterface"])
    interface = {
        "Parameters": [_as_parameter(each) for each in described.parameters],
        "MetadataParameters": [_as_parameter(each) for each in described.metadata_parameters],
        "Ports": {
            "Inputs": [
                {
                    "Name": port.name,
                    "DataTypesIds": port.data_type_ids_list,
                    "IsOptional": port.is_optional,
                }
                for port in described.inputs
            ],
            "Outputs": [
                {"Name": port.name, "DataTypeId": port.data_type_id} for port in described.outputs
            ],
        },
    }
    return {"Data": entity, "Interface": interface}


def _as_parameter(parameter: StructuredParameter) -> JsonObject:
    return {
        "Name": parameter.name,
        "DefaultValue": parameter.default_value,
        "IsOptional": parameter.is_optional,
        "Type": parameter.parameter_type,
    }
