"""HTTPS listeners of one process: each application on a loopback port of its own.

Listeners start and stop while the process runs, as Databricks workspaces come and go. Requests
run in the one event loop; routes that block run in its thread pool.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import uvicorn
from fastapi import FastAPI

from localcloud.http import Cuttable
from localcloud.ports import bind
from localcloud.tls import Certificates

GRACE_SECONDS = 2


@dataclass
class Listeners:
    """Starts and stops HTTPS listeners; the public methods are for other threads."""

    certificates: Certificates
    loop: asyncio.AbstractEventLoop
    _running: dict[int, tuple[uvicorn.Server, asyncio.Task[None]]] = field(default_factory=dict)

    def start(self, app: FastAPI, port: int) -> None:
        """Serve an application and return once it answers.

        Raises:
            LocalCloudError: the port is taken.
        """
        asyncio.run_coroutine_threadsafe(self.start_here(app, port), self.loop).result(timeout=30)

    def stop(self, port: int) -> None:
        """Stop serving on a port; nothing happens if nobody listens there."""
        asyncio.run_coroutine_threadsafe(self.stop_here(port), self.loop).result(timeout=30)

    async def start_here(self, app: FastAPI, port: int) -> None:
        """As :meth:`start`, from within the event loop."""
        bound = bind(port)
        config = uvicorn.Config(
            Cuttable(app),
            log_config=None,
            access_log=False,
            lifespan="off",
            ssl_certfile=str(self.certificates.certificate),
            ssl_keyfile=str(self.certificates.key),
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve(sockets=[bound]))
        self._running[port] = (server, task)
        while not server.started:
            if task.done():
                task.result()
            await asyncio.sleep(0.01)

    async def stop_here(self, port: int) -> None:
        """As :meth:`stop`, from within the event loop."""
        running = self._running.pop(port, None)
        if running is not None:
            server, task = running
            server.should_exit = True
            await task

    async def stop_all_here(self) -> None:
        """Stop every listener."""
        await asyncio.gather(*(self.stop_here(port) for port in list(self._running)))
