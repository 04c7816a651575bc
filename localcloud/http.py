"""What the servers have in common: error bodies, tokens, unknown routes, faults, request log.

One FastAPI application per API, made by :func:`create_app`. Routes live with their API.
"""

from __future__ import annotations

import asyncio
import logging
import re
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from localcloud.errors import CloudError
from localcloud.store import JsonObject

log = logging.getLogger("localcloud.http")

_CUT = "localcloud.cut"

ErrorBody = Callable[[CloudError], JsonObject]
Authenticate = Callable[[Request], None]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A failure to inject: the next ``times`` requests that match get it.

    Attributes:
        method: HTTP method, or ``*``.
        path: regular expression that the whole path must match, e.g. ``.*/clusters/.*``.
        status: status to answer with; None lets the request through (after the delay).
        code: error code of the answer.
        delay_seconds: wait before anything else.
        reset: cut the connection instead of answering.
        after: let the server carry out the request first; only its answer is lost.
        retry_after_seconds: sent as ``Retry-After``.
        times: how many requests get it.
        lasts_seconds: if set, every matching request gets it until so long after the first one,
            whatever ``times`` says: a service that comes late.
    """

    method: str = "*"
    path: str
    status: int | None = 500
    code: str = "InjectedFault"
    delay_seconds: float = 0.0
    reset: bool = False
    after: bool = False
    retry_after_seconds: int | None = None
    times: int = 1
    lasts_seconds: float | None = None


@dataclass
class Monitor:
    """What happened at the servers, and what is to go wrong there."""

    unknown_routes: list[str] = field(default_factory=list)
    _faults: list[Fault] = field(default_factory=list)
    _ends: dict[Fault, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def set_faults(self, faults: list[Fault]) -> None:
        """Replace the faults that are to be injected."""
        with self._lock:
            self._faults = list(faults)
            self._ends.clear()

    def take_fault(self, method: str, path: str) -> Fault | None:
        """The fault that this request gets, counted as used."""
        with self._lock:
            for index, fault in enumerate(self._faults):
                if fault.method in ("*", method) and re.fullmatch(fault.path, path):
                    if self._is_over(fault):
                        continue
                    if fault.lasts_seconds is None and fault.times <= 1:
                        del self._faults[index]
                    elif fault.lasts_seconds is None:
                        self._faults[index] = replace(fault, times=fault.times - 1)
                    return fault
        return None

    def _is_over(self, fault: Fault) -> bool:
        """Whether a fault that lasts for a while has lasted; the first look starts the clock."""
        if fault.lasts_seconds is None:
            return False
        now = time.monotonic()
        return now > self._ends.setdefault(fault, now + fault.lasts_seconds)


class ConnectionCut(Exception):  # noqa: N818 - an event, not an error
    """Raised where there is no connection to cut: a client within this process."""


class Cuttable:
    """An application that can cut the connection of a request it answers."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # uvicorn's ``send`` is a method of the object that holds the connection; ASGI has no
        # word for hanging up.
        holder = getattr(send, "__self__", None)
        scope[_CUT] = getattr(getattr(holder, "transport", None), "abort", None)
        await self._app(scope, receive, send)


def create_app(
    title: str,
    *,
    error_body: ErrorBody,
    authenticate: Authenticate,
    monitor: Monitor,
    public_paths: frozenset[str] = frozenset(),
) -> FastAPI:
    """An application whose every answer has the API's own error shape.

    Args:
        title: name of the API, for logs and for the answer to an unknown route.
        error_body: turns a refusal into the API's body.
        authenticate: checks a request's token; raises CloudError 401 or 403.
        monitor: unknown routes are recorded there, faults come from there.
        public_paths: exact paths that need no token.
    """
    app = FastAPI(title=title, openapi_url=None, docs_url=None, redoc_url=None)

    def answer(error: CloudError) -> JSONResponse:
        return JSONResponse(error_body(error), error.status, headers=error.headers)

    @app.exception_handler(CloudError)
    async def refuse(_request: Request, error: CloudError) -> JSONResponse:
        return answer(error)

    @app.exception_handler(RequestValidationError)
    async def refuse_invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        return answer(CloudError(400, "InvalidRequest", problems))

    @app.exception_handler(HTTPException)
    async def refuse_route(request: Request, error: HTTPException) -> JSONResponse:
        if error.status_code not in (404, 405):
            return answer(CloudError(error.status_code, "HttpError", str(error.detail)))
        route = f"{request.method} {request.url.path}"
        monitor.unknown_routes.append(f"{title}: {route}")
        log.warning("%s: unknown route %s", title, route)
        return answer(CloudError(501, "NotImplemented", f"localcloud's {title} has no {route}"))

    @app.middleware("http")
    async def guard(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        started = time.monotonic()
        try:
            fault = monitor.take_fault(request.method, request.url.path)
            if fault is not None and not fault.after:
                await _inject(fault, request)
            if request.url.path not in public_paths:
                await run_in_threadpool(authenticate, request)
            response = await call_next(request)
            if fault is not None and fault.after:
                await _inject(fault, request)
        except CloudError as error:
            response = answer(error)
        except ConnectionCut:
            raise
        except Exception as error:
            log.exception("%s %s failed", request.method, request.url.path)
            response = answer(CloudError(500, "InternalServerError", f"localcloud failed: {error}"))
        elapsed_ms = (time.monotonic() - started) * 1000
        path = request.url.path
        log.info(
            "%s %s %s %d %.0f ms", title, request.method, path, response.status_code, elapsed_ms
        )
        return response

    return app


async def _inject(fault: Fault, request: Request) -> None:
    if fault.delay_seconds:
        await asyncio.sleep(fault.delay_seconds)
    if fault.reset:
        cut = request.scope.get(_CUT)
        if cut is None:
            raise ConnectionCut
        cut()
        raise CloudError(499, "ConnectionCut", "cut by a fault rule")  # nobody reads this
    if fault.status is not None:
        headers = {}
        if fault.retry_after_seconds is not None:
            headers["Retry-After"] = str(fault.retry_after_seconds)
        raise CloudError(fault.status, fault.code, "injected by a fault rule", headers)
