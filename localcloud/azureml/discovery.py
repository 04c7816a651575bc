"""Where the services are: the discovery document and the workspace as the services see it.

Does not make or change workspaces: that is Azure Resource Manager.
"""

from __future__ import annotations

from fastapi import APIRouter, Request

from localcloud.azureml.scope import SCOPE, Here
from localcloud.store import JsonObject

DISCOVERY_PATH = "/discovery"
_SERVICES = ("api", "experimentation", "history", "hyperdrive", "modelmanagement", "studio")

router = APIRouter()


@router.get(DISCOVERY_PATH)
def get_discovery(request: Request) -> dict[str, str]:
    """One address for every service. Needs no token.

    Fidelity: verified (azureml-core asks for it without a token and reads these keys)
    """
    return dict.fromkeys(_SERVICES, request.app.state.cloud.home.azureml_url)


@router.get("/rp/workspaces" + SCOPE)
def get_workspace(workspace: Here) -> JsonObject:
    """The ARM resource, for a notebook's run context.

    Fidelity: verified (azureml-core, Run.get_context)
    """
    return workspace.resource
