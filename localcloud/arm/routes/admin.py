"""``/_localcloud``: what tests and the supervisor ask the emulator itself. Not part of Azure."""

from __future__ import annotations

from dataclasses import fields

from fastapi import APIRouter, Request
from pydantic import TypeAdapter, ValidationError

from localcloud.cloud import Cloud
from localcloud.errors import CloudError
from localcloud.http import Fault
from localcloud.store import JsonObject

router = APIRouter(prefix="/_localcloud")

HEALTH_PATH = "/_localcloud/health"


@router.get("/health")
def health(request: Request) -> JsonObject:
    """Whether all parts of the cloud are alive.

    Fidelity: assumed
    """
    cloud: Cloud = request.app.state.cloud
    azurite = cloud.blobs.alive
    return {"status": "ok" if azurite else "degraded", "azurite": azurite}


@router.put("/faults", status_code=204)
def set_faults(request: Request, faults: list[JsonObject]) -> None:
    """Replace the faults that are to be injected.

    Fidelity: assumed
    """
    cloud: Cloud = request.app.state.cloud
    cloud.monitor.set_faults([_parse(each) for each in faults])


@router.get("/unknown-routes")
def unknown_routes(request: Request) -> list[str]:
    """Routes that some client asked for and no server has.

    Fidelity: assumed
    """
    cloud: Cloud = request.app.state.cloud
    return cloud.monitor.unknown_routes


@router.delete("/unknown-routes", status_code=204)
def forget_unknown_routes(request: Request) -> None:
    """Forget them.

    Fidelity: assumed
    """
    cloud: Cloud = request.app.state.cloud
    cloud.monitor.unknown_routes.clear()


def _parse(rule: JsonObject) -> Fault:
    """A fault; a mistake in it is refused, so that no test waits for it in vain."""
    known = {field.name for field in fields(Fault)}
    if not rule.keys() <= known:
        unknown = ", ".join(sorted(rule.keys() - known))
        raise CloudError(400, "InvalidFault", f"unknown: {unknown}; known: {', '.join(known)}")
    try:
        return TypeAdapter(Fault).validate_python(rule)
    except ValidationError as error:
        raise CloudError(400, "InvalidFault", str(error)) from error
