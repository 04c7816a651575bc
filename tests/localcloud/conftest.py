"""Fixtures for the servers' tests: a cloud without a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.azurite import Azurite
from localcloud.cloud import Cloud
from localcloud.home import Home
from localcloud.http import Monitor
from localcloud.listeners import Listeners
from localcloud.store import Store
from localcloud.tls import Certificates
from localcloud.tokens import TokenAuthority


@pytest.fixture
def in_process(tmp_path: Path) -> Iterator[Cloud]:
    """A cloud of which nothing listens: state, tokens and faults are real, blobs are not served."""
    home = Home(path=tmp_path, base_port=20000)
    home.prepare()
    certificates = Certificates(home.tls)
    store = Store(home.database)
    yield Cloud(
        home=home,
        store=store,
        tokens=TokenAuthority.open(home.path),
        monitor=Monitor(),
        blobs=Azurite(home, certificates, store),
        listeners=Listeners(certificates, asyncio.new_event_loop()),
    )
    store.close()
