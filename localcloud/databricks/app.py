"""The HTTP application of one Databricks workspace."""

from __future__ import annotations

from fastapi import FastAPI, Request

from localcloud.databricks.errors import error_body
from localcloud.databricks.routes import (
    clusters,
    identity,
    instance_pools,
    runs,
    secrets,
    tokens,
    workspace_objects,
)
from localcloud.databricks.services import Services
from localcloud.http import create_app as create_common_app


def create_app(services: Services) -> FastAPI:
    """An application on an open workspace."""

    def authenticate(request: Request) -> None:
        services.access.check(request.headers.get("authorization"))

    app = create_common_app(
        "databricks",
        error_body=error_body,
        authenticate=authenticate,
        monitor=services.cloud.monitor,
        public_paths=frozenset({identity.HOST_METADATA}),
    )
    app.state.services = services
    for part in (identity, instance_pools, secrets, tokens, workspace_objects):
        app.include_router(part.router)
    for version in ("2.0", "2.1"):
        app.include_router(clusters.router, prefix=f"/api/{version}")
    for version in ("2.1", "2.2"):
        app.include_router(runs.router, prefix=f"/api/{version}")
    return app
