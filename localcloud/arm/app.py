"""The HTTP side: which request goes where, and how an answer looks on the wire."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from localcloud import http
from localcloud.arm import refusals
from localcloud.arm.engine import Engine
from localcloud.arm.registry import UnknownRouteError
from localcloud.arm.routes import (
    admin,
    compute,
    deleted,
    identity,
    metadata,
    operations,
    resources,
    subscriptions,
)
from localcloud.cloud import Cloud
from localcloud.tokens import ARM_AUDIENCES

PUBLIC_PATHS = frozenset({metadata.PATH, identity.PATH, admin.HEALTH_PATH})


def create_app(cloud: Cloud) -> FastAPI:
    """Azure Resource Manager of one local cloud."""

    def authenticate(request: Request) -> None:
        cloud.tokens.check(request.headers.get("authorization"), ARM_AUDIENCES)

    app = http.create_app(
        "Azure Resource Manager",
        error_body=refusals.error_body,
        authenticate=authenticate,
        monitor=cloud.monitor,
        public_paths=PUBLIC_PATHS,
    )

    @app.exception_handler(UnknownRouteError)
    async def unknown(request: Request, _error: UnknownRouteError) -> Response:
        handle: Any = app.exception_handlers[HTTPException]
        answer: Response = await handle(request, HTTPException(404))
        return answer

    app.state.cloud = cloud
    app.state.engine = Engine(cloud)
    for each in (metadata, identity, admin, operations, compute, deleted, subscriptions, resources):
        app.include_router(each.router)
    return app
