"""Attached computes in the shape that azureml-core reads.

Computes are ARM resources below the workspace: attaching and detaching go to ARM.
"""

from __future__ import annotations

from fastapi import APIRouter

from localcloud.azureml.scope import SCOPE, Here
from localcloud.azureml.wire import not_found
from localcloud.store import JsonObject

router = APIRouter(prefix="/rp/workspaces" + SCOPE + "/computes")

_PROPERTIES: JsonObject = {
    "description": None,
    "provisioningState": "Succeeded",
    "provisioningErrors": None,
    "isAttachedCompute": True,
    "properties": {},
}
"""What the SDK indexes without asking whether it is there."""


def as_compute(resource: JsonObject) -> JsonObject:
    """An ARM compute as this API shows it."""
    return {
        "tags": {},
        **resource,
        "properties": {**_PROPERTIES, **resource["properties"]},
    }


@router.get("")
def list_computes(workspace: Here) -> JsonObject:
    """Every attached compute.

    Fidelity: verified (azureml-core, Workspace.compute_targets)
    """
    return {"value": [as_compute(resource) for resource in workspace.children("computes")]}


@router.get("/{name}")
def get_compute(workspace: Here, name: str) -> JsonObject:
    """One attached compute.

    Fidelity: verified (azureml-core, DatabricksCompute)
    """
    resource = workspace.child("computes", name)
    if resource is None:
        raise not_found("compute", name)
    return as_compute(resource)
