"""Commands that are interrupted or killed leave nothing that the same command would not mend.

The tests of this file run in order on one checkout.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from tests.e2e.checkout import Checkout

pytestmark = [pytest.mark.engine, pytest.mark.servers]

RESOURCES = 21 + len([*Path(__file__).parents[2].glob("notebooks/*.py")])
EXIT_INTERRUPTED = 130


@pytest.fixture(scope="module")
def checkout(project_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    made = Checkout.make(
        project_dir, tmp_path_factory.mktemp("interruptions") / "dataopsml"
    ).without_waiting_spark()
    yield made
    made.python("-m", "localcloud", "stop")


def start(checkout: Checkout, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "localcloud", *command],
        cwd=checkout.path,
        env=checkout.variables(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for_line(process: subprocess.Popen[str], pattern: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if re.search(pattern, line):
            return
    raise AssertionError(f"no line like {pattern!r} before the end of the output")


def processes_of(checkout: Checkout) -> list[str]:
    found = []
    for process in psutil.process_iter(["cmdline", "cwd"]):
        text = " ".join(process.info["cmdline"] or [])
        if str(checkout.path) in text or str(checkout.path) == process.info["cwd"]:
            found.append(text)
    return found


def counts(output: str) -> dict[str, int]:
    summary = next(line for line in output.splitlines() if " unchanged" in line)
    return {word: int(number) for number, word in re.findall(r"(\d+) (\w+)", summary)}


def test_an_interrupted_demo_leaves_no_process_and_no_lock_and_can_be_cleaned(
    checkout: Checkout,
) -> None:
    demo = start(checkout, "demo")
    wait_for_line(demo, r"created +resources\.ResourceGroup")
    demo.send_signal(signal.SIGINT)
    _, said = demo.communicate(timeout=60)
    assert (demo.returncode, said) == (
        EXIT_INTERRUPTED,
        "interrupted  the same command goes on from here\n",
    )
    assert processes_of(checkout) == []
    assert list(checkout.path.glob(".local/pulumi/.pulumi/locks/**/*.json")) == []
    cleaned = checkout.python("-m", "localcloud", "clean")
    assert (cleaned.returncode, (checkout.path / ".local").exists()) == (0, False)


def process_of(checkout: Checkout, mark: str) -> psutil.Process:
    """The first process below the checkout's cloud that has a mark in its command line."""
    health = json.loads(checkout.python("-m", "localcloud", "status", "--json").stdout)
    cloud = psutil.Process(health["process_id"])
    family = [cloud, *cloud.children(recursive=True)]
    return next(process for process in family if mark in " ".join(process.cmdline()))


@pytest.mark.parametrize(
    ("mark", "problem", "log"),
    [
        ("localcloud.server", "it has ended", "server.log"),
        ("azurite.cjs", "Azurite has ended", "azurite.log"),
    ],
)
def test_what_dies_in_the_middle_is_named(
    checkout: Checkout, mark: str, problem: str, log: str
) -> None:
    assert checkout.python("-m", "localcloud", "start").returncode == 0
    victim = process_of(checkout, mark)
    up = start(checkout, "up")
    wait_for_line(up, r"created +")
    victim.kill()
    _, said = up.communicate(timeout=120)
    logs = checkout.path / ".local" / "logs"
    assert (up.returncode, said) == (
        1,
        f"error  the local cloud: {problem}; see {logs}/{log}. Mend it: make up\n",
    )


def test_the_next_up_goes_on_from_what_was_made(checkout: Checkout) -> None:
    up = checkout.python("-m", "localcloud", "up")
    assert up.returncode == 0, up.stdout + up.stderr
    done = counts(up.stdout)
    assert 0 < done["created"] < RESOURCES
    again = checkout.python("-m", "localcloud", "up")
    assert counts(again.stdout) == {"created": 0, "updated": 0, "unchanged": RESOURCES}


def test_the_lock_of_a_killed_engine_is_named_with_the_command_that_helps(
    checkout: Checkout,
) -> None:
    up = start(checkout, "up")
    locks = checkout.path / ".local" / "pulumi" / ".pulumi" / "locks"
    while not list(locks.glob("**/*.json")):
        assert up.poll() is None
        time.sleep(0.02)
    for process in [*psutil.Process(up.pid).children(recursive=True), psutil.Process(up.pid)]:
        with suppress(psutil.NoSuchProcess):  # the plugins end with the engine
            process.kill()
    up.wait()
    locked = checkout.python("-m", "localcloud", "up")
    assert (locked.returncode, locked.stderr) == (
        1,
        "error  stack 'local' is locked: another update runs, or one was killed. "
        "If none runs, take the lock away: make unlock\n",
    )
    assert checkout.python("-m", "localcloud", "unlock").returncode == 0
    mended = checkout.python("-m", "localcloud", "up")
    assert counts(mended.stdout) == {"created": 0, "updated": 0, "unchanged": RESOURCES}


def test_a_wrong_base_name_is_refused_before_anything_is_created(checkout: Checkout) -> None:
    config = checkout.path / "Pulumi.local.yaml"
    good = config.read_text()
    config.write_text(good.replace("baseName: dataopsml", "baseName: Data_Ops"))
    refused = checkout.python("-m", "localcloud", "up")
    config.write_text(good)
    assert refused.returncode == 1
    assert "baseName" in refused.stderr
    assert "'Data_Ops'" in refused.stderr
    assert "pulumi config set" in refused.stderr
    assert "Traceback" not in refused.stdout + refused.stderr
    assert "created" not in refused.stdout
