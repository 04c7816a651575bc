"""Real Azurite as the blob storage of the local cloud.

Accounts live in the store; ARM makes and deletes them. ``azurite.cjs`` starts Azurite's own blob
server and takes new accounts over its standard input, so that none of them costs a restart.
"""

from __future__ import annotations

import os
import select
import subprocess
import threading
from pathlib import Path

from localcloud.errors import LocalCloudError
from localcloud.home import PROJECT_DIR, Home
from localcloud.processes import end, spawn, tail
from localcloud.store import Store
from localcloud.tls import Certificates
from localcloud.toolchain.azurite import azurite_command

LAUNCHER = PROJECT_DIR / "localcloud" / "azurite.cjs"
ANSWER_SECONDS = 60
_KIND = "azurite.account"
_NOBODY = "nobody:AAAA"
"""Azurite serves its well-known account when it is given none; this one no client knows."""


class Azurite:
    """The blob server; it runs as long as the cloud does."""

    def __init__(self, home: Home, certificates: Certificates, store: Store) -> None:
        self._home = home
        self._certificates = certificates
        self._store = store
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ensure_account(self, name: str, key: str) -> None:
        """Serve an account; returns once it can be used."""
        self._store.put(_KIND, name, {"key": key})
        self._tell_accounts()

    def remove_account(self, name: str) -> None:
        """Forget an account. It stops being served; delete its containers before."""
        self._store.delete(_KIND, name)
        self._tell_accounts()

    def start(self) -> None:
        """Start Azurite with the accounts of the store; returns once it listens.

        Raises:
            LocalCloudError: it did not start; the message holds what it said.
        """
        with self._lock:
            if self._process is None:
                self._process = self._launch()
        self._tell_accounts()

    def stop(self) -> None:
        """End Azurite; its data stays."""
        with self._lock:
            process, self._process = self._process, None
            if process is not None:
                end(process)

    @property
    def alive(self) -> bool:
        """Whether Azurite runs."""
        process = self._process
        return process is not None and process.poll() is None

    def _launch(self) -> subprocess.Popen[bytes]:
        node, blob_server = azurite_command()
        command: list[str | Path] = [
            *(node, LAUNCHER, blob_server),
            *("--location", self._home.blobs),
            *("--blobHost", "127.0.0.1", "--blobPort", str(self._home.blob_port)),
            *("--cert", self._certificates.certificate, "--key", self._certificates.key),
            *("--oauth", "basic"),
            *("--skipApiVersionCheck", "--disableTelemetry", "--silent"),
        ]
        return spawn(
            command,
            environment=os.environ,
            log=self._home.logs / "azurite.log",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def _tell_accounts(self) -> None:
        """Hand over all accounts and wait for the answer."""
        # The store first: who calls from a transaction has it already, and would wait for ever
        # for one that has the lock and wants to read.
        with self._store.transaction(), self._lock:
            accounts = [f"{name}:{value['key']}" for name, value in self._store.list(_KIND)]
            process = self._process
            if process is None or not _ask(process, ";".join([_NOBODY, *accounts])):
                log = self._home.logs / "azurite.log"
                raise LocalCloudError(
                    f"Azurite (port {self._home.blob_port}) does not answer; it said:\n{tail(log)}"
                )


def _ask(process: subprocess.Popen[bytes], line: str) -> bool:
    if process.stdin is None or process.stdout is None:
        return False
    try:
        process.stdin.write(line.encode() + b"\n")
        process.stdin.flush()
    except BrokenPipeError:
        return False
    while True:
        readable, _, _ = select.select([process.stdout], [], [], ANSWER_SECONDS)
        answer = process.stdout.readline() if readable else b""
        if answer.strip() == b"ready" or not answer:
            return bool(answer)
