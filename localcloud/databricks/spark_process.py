"""A Spark process as the server sees it: start it, hand it a notebook, hear from it, end it."""

from __future__ import annotations

import logging
import queue
import secrets
import shutil
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import IO

from localcloud.databricks import spark_settings
from localcloud.databricks.spark.protocol import (
    Event,
    Job,
    Ready,
    Settings,
    event_from_line,
    to_line,
)
from localcloud.home import Home
from localcloud.processes import end, spawn
from localcloud.tls import Certificates

log = logging.getLogger(__name__)

_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Gone:
    """The process has ended and will not say anything more."""


@dataclass(frozen=True)
class Interrupt:
    """Someone in this server wants whoever listens to the process to look up."""


Message = Event | Gone | Interrupt


@dataclass
class SparkProcess:
    """One process. It runs one notebook in its life.

    Attributes:
        folder: its temporary files; deleted with it.
        log: what Spark itself says.
        inbox: what happens, in order; ends with :class:`Gone`.
        ready: whether its session is up.
    """

    folder: Path
    log: Path
    process: subprocess.Popen[bytes]
    inbox: queue.Queue[Message] = field(default_factory=queue.Queue)
    ready: bool = False

    def listen(self) -> None:
        """Fill the inbox from now on."""
        threading.Thread(target=self._listen, daemon=True, name="spark-events").start()

    def _listen(self) -> None:
        channel: IO[bytes] = self.process.stdout  # type: ignore[assignment] # it is a pipe
        for line in channel:
            event = event_from_line(line)
            self.ready = self.ready or isinstance(event, Ready)
            self.inbox.put(event)
        self.inbox.put(Gone())

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self.process.poll() is None

    def run(self, job: Job) -> None:
        """Hand over the notebook. A process that has ended says so in the inbox."""
        channel: IO[bytes] = self.process.stdin  # type: ignore[assignment] # it is a pipe
        try:
            channel.write(to_line(job))
            channel.flush()
        except BrokenPipeError:
            log.warning("Spark process %d ended before it got its notebook", self.process.pid)

    def interrupt(self) -> None:
        """Wake up whoever waits at the inbox."""
        self.inbox.put(Interrupt())

    def end(self, *, keep_log: bool) -> None:
        """End it with everything that it started, and delete its files."""
        end(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)
        if not keep_log:
            self.log.unlink(missing_ok=True)


@dataclass(frozen=True)
class SparkLauncher:
    """Starts Spark processes of one workspace.

    Attributes:
        folder: parent of their temporary folders.
        logs: folder of their logs.
    """

    home: Home
    certificates: Certificates
    folder: Path
    logs: Path

    def launch(
        self, conf: Mapping[str, str] = _NOTHING, variables: Mapping[str, str] = _NOTHING
    ) -> SparkProcess:
        """Start a process; it is not ready yet.

        Args:
            conf: a cluster's Spark settings. Those that make Spark run on this machine stay as
                they are, whatever a cluster says.
            variables: a cluster's environment variables.
        """
        name = secrets.token_hex(4)
        folder = self.folder / name
        folder.mkdir(parents=True)
        self.logs.mkdir(parents=True, exist_ok=True)
        own = spark_settings.spark_conf(self.home, self.certificates, folder)
        settings = Settings(spark_conf={**conf, **own, **_adjustable(conf)})
        file = folder / "settings.json"
        file.write_bytes(to_line(settings))
        spark_log = self.logs / f"spark-{name}.log"
        process = spawn(
            spark_settings.command(file),
            environment=spark_settings.environment(folder, self.certificates.bundle, variables),
            log=spark_log,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=folder,
        )
        started = SparkProcess(folder, spark_log, process)
        started.listen()
        return started


def _adjustable(conf: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in conf.items() if name.startswith("spark.sql.")}
