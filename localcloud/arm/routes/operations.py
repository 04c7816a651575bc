"""Where clients look after a long-running operation."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from localcloud.arm.calls import Answer
from localcloud.arm.engine import Engine
from localcloud.arm.operations import POLL_MILLISECONDS
from localcloud.arm.types import Polling
from localcloud.tokens import SUBSCRIPTION_ID

router = APIRouter()

_BASE = "/subscriptions/{subscription}/providers/{namespace}/locations/{location}"


@router.get(_BASE + "/operationStatuses/{operation_id}")
def status(request: Request, operation_id: str) -> Response:
    """How an operation goes, as ``Azure-AsyncOperation`` has it.

    Fidelity: verified (azure-core: long-running operations)
    """
    operation = _engine(request).operations.get(operation_id)
    shown = ("status", "startTime", "endTime", "error")
    body = {"id": request.url.path, "name": operation_id}
    body |= {key: operation[key] for key in shown if key in operation}
    waits = operation["status"] == "InProgress"
    return JSONResponse(body, headers=_wait() if waits else {})


@router.get(_BASE + "/operationResults/{operation_id}")
def result(request: Request, operation_id: str) -> Response:
    """What came of an operation, as ``Location`` has it: 202 until it has ended.

    Fidelity: verified (azure-core: long-running operations)
    """
    engine = _engine(request)
    operation = engine.operations.get(operation_id)
    if operation["status"] == "InProgress":
        return Response(status_code=202, headers={"Location": str(request.url), **_wait()})
    if operation["status"] == "Failed":
        return JSONResponse({"error": operation["error"]}, operation["errorStatus"])
    if operation["deletes"]:
        return Response(status_code=200)
    resource = engine.context.resources.get(operation["resourceId"])
    return Response(status_code=204) if resource is None else JSONResponse(resource)


def headers(request: Request, answer: Answer) -> dict[str, str]:
    """The headers that tell a client where to look."""
    if answer.polling is None:
        return {}
    base = request.app.state.cloud.home.arm_url + _BASE.format(
        subscription=SUBSCRIPTION_ID,
        namespace=answer.namespace,
        location=answer.location or "global",
    )
    version = request.query_params["api-version"]
    places = {
        "Azure-AsyncOperation": f"{base}/operationStatuses/{answer.operation}",
        "Location": f"{base}/operationResults/{answer.operation}",
    }
    if answer.polling is Polling.LOCATION:
        del places["Azure-AsyncOperation"]
    elif answer.body is not None:
        del places["Location"]
    return {name: f"{url}?api-version={version}" for name, url in places.items()} | _wait()


def _wait() -> dict[str, str]:
    # whole seconds of Retry-After would be too long here
    return {"x-ms-retry-after-ms": str(POLL_MILLISECONDS)}


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine
