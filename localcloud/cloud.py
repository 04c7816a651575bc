"""What every server of one local cloud shares: state, identity, storage, listeners, monitor."""

from __future__ import annotations

from dataclasses import dataclass

from localcloud.azurite import Azurite
from localcloud.home import Home
from localcloud.http import Monitor
from localcloud.listeners import Listeners
from localcloud.store import Store
from localcloud.tokens import TokenAuthority


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """One running local cloud, handed to each API's ``create_app``."""

    home: Home
    store: Store
    tokens: TokenAuthority
    monitor: Monitor
    blobs: Azurite
    listeners: Listeners
