"""Azurite, the blob storage server, from npm: what package-lock.json pins, in node_modules.

It installs and locates Azurite; starting it is the business of the local cloud.
"""

from __future__ import annotations

import hashlib
import json

from localcloud.home import PROJECT_DIR
from localcloud.toolchain.cache import cache_folder, write_atomically
from localcloud.toolchain.node import find_node
from localcloud.toolchain.steps import Command, Step, ToolchainError, Work

LOCK = PROJECT_DIR / "package-lock.json"
MODULES = PROJECT_DIR / "node_modules"
STAMP = MODULES / ".package-lock.sha256"
"""Written last: holds the digest of the lock that was installed to its end."""

_BLOB_SERVER = MODULES / "azurite" / "dist" / "src" / "blob" / "main.js"


def azurite_command() -> list[str]:
    """Program and first argument that start Azurite's blob server.

    Raises:
        ToolchainError: it is not installed, or not as package-lock.json wants it.
    """
    if _find() is None:
        raise ToolchainError("azurite is not installed as package-lock.json says", "make setup")
    return [str(find_node().binary), str(_BLOB_SERVER)]


def _digest() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def _find() -> str | None:
    installed = STAMP.is_file() and STAMP.read_text() == _digest() and _BLOB_SERVER.is_file()
    return _pinned_version() if installed else None


def _pinned_version() -> str:
    version: str = json.loads(LOCK.read_bytes())["packages"]["node_modules/azurite"]["version"]
    return version


def _make(work: Work) -> None:
    digest = _digest()
    # `npm ci` deletes node_modules first, and the stamp with it. No script of a package runs:
    # Azurite needs none.
    command: Command = [*find_node().npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    env = {
        "npm_config_cache": str(cache_folder() / "npm"),
        "npm_config_update_notifier": "false",
        # Its own two retries wait 70 s, for each package; ours follow.
        "npm_config_fetch_retry_mintimeout": "1000",
        "npm_config_fetch_retry_maxtimeout": "4000",
    }
    work.retry(lambda: work.run(command, env=env, cwd=PROJECT_DIR))
    write_atomically(STAMP, digest.encode())


STEP = Step(
    name="azurite",
    find=_find,
    make=_make,
    doing="npm ci, about half a minute",
    remedy="check that the npm registry can be reached (npm ping), then: make setup",
)
