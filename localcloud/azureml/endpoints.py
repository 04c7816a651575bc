"""Pipeline endpoints: a name that stays while the pipeline behind it gets new versions."""

from __future__ import annotations

from fastapi import APIRouter

from localcloud.azureml.pipelines import PIPELINES_API, get_pipeline, newest_first
from localcloud.azureml.scope import SCOPE, Here, Kind, Workspace
from localcloud.azureml.wire import PascalWire, bad_request, new_id, not_found, now
from localcloud.errors import CloudError
from localcloud.store import JsonObject

router = APIRouter(prefix=SCOPE + "/PipelineEndpoints")


class NewEndpoint(PascalWire):
    """An endpoint to make."""

    name: str
    description: str | None = None
    pipeline_id: str
    properties: dict[str, str] | None = None


class PipelineVersion(PascalWire):
    """One version behind an endpoint."""

    version: str
    pipeline_id: str


class EndpointBody(PascalWire):
    """An endpoint as a client writes it back."""

    name: str
    description: str | None = None
    default_version: str
    entity_status: str = "Active"
    pipeline_version_list: list[PipelineVersion]
    properties: dict[str, str] | None = None


@router.post("/Create")
def create_endpoint(workspace: Here, body: NewEndpoint) -> JsonObject:
    """Make an endpoint whose version 0 is a published pipeline.

    Fidelity: verified (azureml-pipeline-core, PipelineEndpoint.publish; a taken name is
    refused: assumed)
    """
    get_pipeline(workspace, body.pipeline_id)
    with workspace.transaction():
        if any(each["Name"] == body.name for each in workspace.all(Kind.ENDPOINT)):
            raise CloudError(409, "UserError", f"pipeline endpoint {body.name!r} already exists")
        endpoint_id = new_id()
        path = f"{PIPELINES_API}{workspace.id}/PipelineRuns/PipelineEndpointSubmit/Id/"
        entity = {
            "Id": endpoint_id,
            "Name": body.name,
            "Description": body.description,
            "DefaultVersion": "0",
            "EntityStatus": "Active",
            "Url": f"{workspace.cloud.home.azureml_url}{path}{endpoint_id}",
            "PipelineVersionList": [{"Version": "0", "PipelineId": body.pipeline_id}],
            "CreatedDate": now(),
            "LastModifiedDate": now(),
            "Properties": body.properties or {},
            "tags": {},
        }
        workspace.put(Kind.ENDPOINT, endpoint_id, entity)
    return entity


@router.get("")
def list_endpoints(workspace: Here, activeOnly: bool = False) -> list[JsonObject]:  # noqa: N803
    """Endpoints, the newest first.

    Fidelity: verified (azureml-pipeline-core, PipelineEndpoint.list; the order is assumed)
    """
    return newest_first(workspace.all(Kind.ENDPOINT), active_only=activeOnly)


@router.get("/Name")
def get_endpoint_by_name(workspace: Here, Name: str) -> JsonObject:  # noqa: N803 - wire name
    """The endpoint with this name.

    Fidelity: verified (azureml-pipeline-core, PipelineEndpoint.get)
    """
    for entity in workspace.all(Kind.ENDPOINT):
        if entity["Name"] == Name:
            return entity
    raise not_found("pipeline endpoint", Name)


@router.get("/Id/{endpoint_id}")
def get_endpoint(workspace: Here, endpoint_id: str) -> JsonObject:
    """The endpoint with this id.

    Fidelity: verified (azureml-pipeline-core, PipelineEndpoint.get)
    """
    return workspace.require(Kind.ENDPOINT, endpoint_id, "pipeline endpoint")


@router.put("/{endpoint_id}")
def replace_endpoint(workspace: Here, endpoint_id: str, body: EndpointBody) -> JsonObject:
    """Write an endpoint back: the client numbers the versions and chooses the default.

    Fidelity: verified (azureml-pipeline-core, PipelineEndpoint.add_default; that the default
    must be in the list is assumed)
    """
    if body.default_version not in (each.version for each in body.pipeline_version_list):
        raise bad_request(f"version {body.default_version!r} is not in the endpoint's versions")
    for each in body.pipeline_version_list:
        get_pipeline(workspace, each.pipeline_id)
    with workspace.transaction():
        entity = get_endpoint(workspace, endpoint_id)
        fixed = {name: entity[name] for name in ("Id", "Url", "CreatedDate")}
        changed = {**entity, **body.as_sent(), **fixed, "LastModifiedDate": now()}
        workspace.put(Kind.ENDPOINT, endpoint_id, changed)
    return changed


@router.get("/{endpoint_id}/pipelines")
def list_endpoint_pipelines(
    workspace: Here,
    endpoint_id: str,
    activeOnly: bool = False,  # noqa: N803 - wire name
) -> list[JsonObject]:
    """The pipelines behind an endpoint.

    Fidelity: verified (azureml-pipeline-core, PipelineEndpoint.list_pipelines)
    """
    versions = get_endpoint(workspace, endpoint_id)["PipelineVersionList"]
    pipelines = [get_pipeline(workspace, each["PipelineId"]) for each in versions]
    return newest_first(pipelines, active_only=activeOnly)


def pipeline_of_endpoint(workspace: Workspace, endpoint_id: str, version: str | None) -> str:
    """Id of the pipeline behind an endpoint: of a version, or of the default.

    Raises:
        CloudError: 404 if the endpoint does not have the version.
    """
    entity = get_endpoint(workspace, endpoint_id)
    wanted = version or entity["DefaultVersion"]
    for each in entity["PipelineVersionList"]:
        if each["Version"] == wanted:
            return str(each["PipelineId"])
    raise not_found(f"version of pipeline endpoint {entity['Name']!r}", wanted)
