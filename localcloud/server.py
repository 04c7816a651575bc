"""The process of the local cloud: every Python server in it, Azurite and Spark below it.

Started by :mod:`localcloud.supervisor`; ends on SIGTERM or SIGINT with everything it started.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys

from localcloud import arm, azureml, tls
from localcloud.azureml import workspaces as azureml_workspaces
from localcloud.azurite import Azurite
from localcloud.cloud import Cloud
from localcloud.databricks import workspaces as databricks_workspaces
from localcloud.errors import LocalCloudError
from localcloud.home import Home
from localcloud.http import Monitor
from localcloud.listeners import Listeners
from localcloud.store import Store
from localcloud.tokens import TokenAuthority


def main() -> None:
    """Serve the cloud that the environment names until a signal says stop."""
    home = Home.from_environment()
    home.prepare()
    logging.basicConfig(
        filename=home.logs / "server.log",
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    for noisy in ("azure", "httpx", "uvicorn.error", "databricks.sdk"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        asyncio.run(_serve(home))
    except LocalCloudError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(1)


async def _serve(home: Home) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    certificates = tls.ensure(home.tls)
    for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"):
        os.environ[name] = str(certificates.bundle)
    store = Store(home.database)
    cloud = Cloud(
        home=home,
        store=store,
        tokens=TokenAuthority.open(home.path),
        monitor=Monitor(),
        blobs=Azurite(home, certificates, store),
        listeners=Listeners(certificates, loop),
    )
    try:
        await asyncio.to_thread(cloud.blobs.start)
        await asyncio.to_thread(databricks_workspaces.reopen_all, cloud)
        await asyncio.to_thread(azureml_workspaces.resume_all, cloud)
        await cloud.listeners.start_here(azureml.create_app(cloud), home.azureml_port)
        await cloud.listeners.start_here(arm.create_app(cloud), home.arm_port)
        await stop.wait()
    finally:
        await asyncio.to_thread(azureml_workspaces.close_all, cloud)
        await asyncio.to_thread(databricks_workspaces.close_all, cloud)
        await cloud.listeners.stop_all_here()
        await asyncio.to_thread(cloud.blobs.stop)
        store.close()


if __name__ == "__main__":
    main()
