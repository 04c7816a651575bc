"""Starting, stopping and looking after the cloud's process."""

import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from localcloud import supervisor
from localcloud.errors import LocalCloudError
from localcloud.home import Home
from tests.conftest import free_base_port

pytestmark = pytest.mark.servers


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(path=tmp_path / "cloud", base_port=free_base_port())
    yield home
    supervisor.stop(home)


def cloud_process(home: Home) -> psutil.Process:
    return psutil.Process(supervisor.health(home).process_id)


def azurite_process(home: Home) -> psutil.Process:
    return next(
        child
        for child in cloud_process(home).children(recursive=True)
        if "azurite.cjs" in " ".join(child.cmdline())
    )


def test_a_cloud_starts_once_and_stops_with_all_it_started(home: Home) -> None:
    assert [supervisor.start(home), supervisor.start(home)] == [True, False]
    well = supervisor.health(home)
    assert (well.running, well.problem) == (True, "")
    family = [cloud_process(home), *cloud_process(home).children(recursive=True)]
    assert [supervisor.stop(home), supervisor.stop(home)] == [True, False]
    assert [process for process in family if process.is_running()] == []
    assert supervisor.health(home) == supervisor.Health(running=False)


def test_a_taken_port_is_named_and_nothing_stays_behind(home: Home) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", home.blob_port))
        other.listen()
        with pytest.raises(LocalCloudError) as refusal:
            supervisor.start(home)
    assert str(refusal.value) == (
        f"port {home.blob_port} is taken by another program. End that program, or give this cloud "
        "other ports: make clean, then LOCALCLOUD_PORT=20440 make demo"
    )
    assert supervisor.health(home) == supervisor.Health(running=False)
    assert supervisor.start(home)


def test_an_azurite_that_died_is_noticed_and_the_next_start_mends_it(home: Home) -> None:
    supervisor.start(home)
    azurite = azurite_process(home)
    azurite.kill()
    psutil.wait_procs([azurite], timeout=5)
    assert supervisor.health(home).problem == f"Azurite has ended; see {home.logs}/azurite.log"
    assert supervisor.start(home)
    assert supervisor.health(home).problem == ""


def test_killed_servers_take_azurite_with_them_and_the_next_start_mends_it(home: Home) -> None:
    supervisor.start(home)
    servers, azurite = cloud_process(home), azurite_process(home)
    servers.kill()
    gone, alive = psutil.wait_procs([servers, azurite], timeout=5)
    assert (len(gone), alive) == (2, [])
    assert supervisor.health(home) == supervisor.Health(running=False)
    assert supervisor.start(home)


def test_a_cloud_of_other_code_is_told_and_started_anew(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    supervisor.start(home)
    before = supervisor.health(home)
    monkeypatch.setattr(supervisor, "_code", lambda: "of another checkout")
    assert (before.outdated, supervisor.health(home).outdated) == (False, True)
    assert [supervisor.start(home), supervisor.start(home)] == [True, False]
    after = supervisor.health(home)
    assert (after.outdated, after.process_id != before.process_id) == (False, True)


def test_a_process_number_that_another_program_got_is_left_alone(home: Home) -> None:
    home.prepare()
    other = subprocess.Popen(["sleep", "60"])
    record = f'{{"process_id": {other.pid}, "started": 1.0}}'
    (home.path / "process.json").write_text(record)
    assert [supervisor.health(home).running, supervisor.stop(home)] == [False, False]
    assert other.poll() is None
    other.kill()
    other.wait()
