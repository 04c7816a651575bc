"""The Azure Machine Learning services of the local cloud, as one application.

Speaks the REST surface of SDK v1 for every workspace that exists as an ARM resource. Two
applications are mounted side by side, because the pipelines API has an error body of its own.
Datasets, models, schedules, drafts and script runs are not here: their routes answer 501.
"""

from __future__ import annotations

from fastapi import APIRouter, FastAPI, Request

from localcloud.azureml import (
    artifacts,
    catalog,
    computes,
    datastores,
    discovery,
    endpoints,
    history,
    logs,
    metrics,
    pipeline_runs,
    pipelines,
    portal,
)
from localcloud.azureml.wire import pipelines_error_body, service_error_body
from localcloud.cloud import Cloud
from localcloud.http import ErrorBody
from localcloud.http import create_app as create_api
from localcloud.tokens import AZUREML_AUDIENCES

_PIPELINES_API = (catalog, pipelines, endpoints, pipeline_runs)
_SERVICES = (discovery, computes, datastores, history, artifacts, metrics, portal)


def create_app(cloud: Cloud) -> FastAPI:
    """The Azure ML services for every workspace of a cloud."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    pipelines_api = [module.router for module in _PIPELINES_API]
    services = [module.router for module in _SERVICES]
    app.mount(
        pipelines.PIPELINES_API,
        _api(cloud, "Azure ML pipelines API", pipelines_api, pipelines_error_body),
    )
    app.mount("/", _api(cloud, "Azure ML services", services, service_error_body))
    return app


def _api(cloud: Cloud, title: str, routers: list[APIRouter], error_body: ErrorBody) -> FastAPI:
    def authenticate(request: Request) -> None:
        if request.url.path.startswith(f"{logs.BLOB_PATH}/"):
            logs.check_signature(cloud, request.url.path, request.query_params)
        elif not request.url.path.startswith(f"{portal.PORTAL_PATH}/"):
            cloud.tokens.check(request.headers.get("Authorization"), AZUREML_AUDIENCES)

    api = create_api(
        title,
        error_body=error_body,
        authenticate=authenticate,
        monitor=cloud.monitor,
        public_paths=frozenset({discovery.DISCOVERY_PATH}),
    )
    api.state.cloud = cloud
    for router in routers:
        api.include_router(router)
    return api
