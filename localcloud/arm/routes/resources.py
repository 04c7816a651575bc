"""Resources of every type: one route per method, the path says the rest."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from localcloud.arm import listing
from localcloud.arm.addresses import RESOURCES, Address
from localcloud.arm.calls import Answer, Call
from localcloud.arm.engine import Engine
from localcloud.arm.refusals import invalid_content
from localcloud.arm.routes.operations import headers
from localcloud.store import JsonObject

router = APIRouter()

_ANY = "/subscriptions/{path:path}"


async def read_body(request: Request) -> bytes:
    """The body; read in the event loop, used in a thread."""
    return await request.body()


Body = Annotated[bytes, Depends(read_body)]


@router.get(_ANY)
def get(request: Request) -> Response:
    """A resource, or the resources of a collection.

    Fidelity: verified (azure-mgmt clients); what is special about a type is marked there
    """
    call = _call(request)
    engine = _engine(request)
    if call.address.is_resource:
        return _json(engine.get(call))
    if call.address.namespace == RESOURCES and call.address.types[-1:] == ("resources",):
        return JSONResponse({"value": listing.everything(engine.context, call)})
    return JSONResponse({"value": listing.collection(engine.context, call)})


@router.head(_ANY)
def head(request: Request) -> Response:
    """Whether there is such a resource: 204 or 404.

    Fidelity: verified (azure-mgmt-resource: check_existence)
    """
    return Response(status_code=204 if _engine(request).exists(_call(request)) else 404)


@router.put(_ANY)
def put(request: Request, body: Body) -> Response:
    """Create or replace a resource.

    Fidelity: verified (azure-mgmt clients); what is special about a type is marked there
    """
    return _answer(request, _engine(request).put(_call(request, body)))


@router.patch(_ANY)
def patch(request: Request, body: Body) -> Response:
    """Change an existing resource in part.

    Fidelity: verified (azure-mgmt clients); what is special about a type is marked there
    """
    return _answer(request, _engine(request).patch(_call(request, body)))


@router.delete(_ANY)
def delete(request: Request) -> Response:
    """Delete a resource and all below it.

    Fidelity: verified (azure-mgmt clients); what is special about a type is marked there
    """
    return _answer(request, _engine(request).delete(_call(request)))


@router.post(_ANY)
def post(request: Request, body: Body) -> Response:
    """An action on a resource, e.g. ``listKeys``.

    Fidelity: verified (azure-mgmt clients); what is special about a type is marked there
    """
    return JSONResponse(_engine(request).act(_call(request, body)))


def _call(request: Request, body: bytes = b"") -> Call:
    return Call(
        address=Address.parse(request.url.path),
        query=dict(request.query_params),
        body=_parse(body),
        headers=request.headers,
    )


def _parse(body: bytes) -> JsonObject:
    if not body:
        return {}
    try:
        parsed = json.loads(body)
    except ValueError as error:
        raise invalid_content(f"it is no JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise invalid_content("it is no JSON object")
    return parsed


def _answer(request: Request, answer: Answer) -> Response:
    if answer.body is None:
        return Response(status_code=answer.status, headers=headers(request, answer))
    return _json(answer.body, answer.status, headers(request, answer))


def _json(
    body: JsonObject, status: int = 200, extra_headers: dict[str, str] | None = None
) -> Response:
    etag = {"ETag": body["etag"]} if "etag" in body else {}
    return JSONResponse(body, status, headers={**etag, **(extra_headers or {})})


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine
