"""Starts, stops and watches the local cloud's process.

One cloud per folder: a lock keeps two starts apart, a recorded process id finds it again.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from localcloud import tls
from localcloud.errors import LocalCloudError
from localcloud.home import PROJECT_DIR, Home
from localcloud.ports import bind
from localcloud.processes import tail

START_SECONDS = 60
STOP_SECONDS = 15


@dataclass(frozen=True, kw_only=True)
class Health:
    """What can be said of a cloud from outside. Memory in MB, Spark left out.

    ``outdated``: it was started from other code than is here now.
    """

    running: bool
    problem: str = ""
    outdated: bool = False
    process_id: int = 0
    memory_mb: int = 0


def start(home: Home) -> bool:
    """Start the cloud unless it runs, is well and of this code; returns once it answers.

    Returns:
        True if it was started now, False if it already ran.

    Raises:
        LocalCloudError: a port is taken, or the process ended or did not answer in time.
    """
    with _only_one(home):
        now = health(home)
        if now.running and not now.problem and not now.outdated:
            return False
        _stop(home)
        home.prepare()
        tls.ensure(home.tls)
        _check_ports(home)
        process = _launch(home)
        try:
            _wait_until_well(home, process)
        except BaseException:  # Ctrl-C too: nothing half-started stays behind
            _stop(home)
            raise
        return True


def stop(home: Home) -> bool:
    """Stop the cloud and everything below it; its state stays. False if it did not run."""
    with _only_one(home):
        return _stop(home)


def health(home: Home) -> Health:
    """Look at the process and ask it how it is."""
    process = _find(home)
    if process is None:
        return Health(running=False)
    return Health(
        running=True,
        problem=_ask(home),
        outdated=_record(home).get("code") != _code(),
        process_id=process.pid,
        memory_mb=_memory_mb(process),
    )


def end_all_but_cloud(home: Home) -> None:
    """End the children of this process and theirs, but for the cloud and what belongs to it."""
    cloud = _find(home)
    spared = {cloud.pid, *(child.pid for child in cloud.children(recursive=True))} if cloud else {}
    children = psutil.Process().children(recursive=True)
    ending = [child for child in children if child.pid not in spared]
    for child in ending:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.terminate()
    _, alive = psutil.wait_procs(ending, timeout=5)
    for child in alive:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()


def _ask(home: Home) -> str:
    try:
        context = ssl.create_default_context(cafile=str(home.tls / "ca.pem"))
        answer = httpx.get(f"{home.arm_url}/_localcloud/health", verify=context, timeout=5)
        report = answer.raise_for_status().json()
    except (httpx.HTTPError, OSError, ValueError) as error:
        return f"the servers do not answer ({error})"
    return "" if report.get("azurite") else f"Azurite has ended; see {home.logs}/azurite.log"


def _memory_mb(process: psutil.Process) -> int:
    total = 0
    for member in (process, *process.children(recursive=True)):
        try:
            name = " ".join(member.cmdline())
            if "java" not in member.name() and "localcloud.databricks" not in name:
                total += member.memory_info().rss
        except psutil.Error:
            continue
    return total // 2**20


def _launch(home: Home) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "LOCALCLOUD_HOME": str(home.path),
        "LOCALCLOUD_PORT": str(home.base_port),
    }
    with (home.logs / "start.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "localcloud.server"],
            cwd=PROJECT_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    started = psutil.Process(process.pid).create_time()
    record = json.dumps({"process_id": process.pid, "started": started, "code": _code()})
    (home.path / "process.json").write_text(record)
    return process


def _wait_until_well(home: Home, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    problem = ""
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = tail(home.logs / "start.log")
            raise LocalCloudError(f"the local cloud could not start: {said}")
        problem = _ask(home)
        if not problem:
            return
        time.sleep(0.1)
    raise LocalCloudError(
        f"the local cloud did not answer within {START_SECONDS} s: {problem}\n"
        f"Its log: {home.logs}/server.log"
    )


def _check_ports(home: Home) -> None:
    for port in (home.arm_port, home.azureml_port, home.blob_port, home.databricks_ports[0]):
        bind(port).close()


def _find(home: Home) -> psutil.Process | None:
    try:
        record = _record(home)
        process = psutil.Process(record["process_id"])
        same = abs(process.create_time() - record["started"]) < 1
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except (KeyError, psutil.Error):
        return None


def _record(home: Home) -> dict[str, Any]:
    """What was written down when the cloud was started; empty if nothing was."""
    try:
        record: dict[str, Any] = json.loads((home.path / "process.json").read_text())
        return record
    except (OSError, ValueError):
        return {}


def _code() -> str:
    """Digest of the code that a cloud started now would run, its packages included."""
    digest = hashlib.sha256((PROJECT_DIR / "requirements.lock").read_bytes())
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _stop(home: Home) -> bool:
    process = _find(home)
    if process is None:
        return False
    below = process.children(recursive=True)
    process.terminate()
    try:
        process.wait(timeout=STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
    for child in below:
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
    psutil.wait_procs(below, timeout=5)
    (home.path / "process.json").unlink(missing_ok=True)
    return True


@contextmanager
def _only_one(home: Home) -> Iterator[None]:
    home.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home.path / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
