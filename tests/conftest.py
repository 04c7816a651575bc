"""Fixtures for every test: a whole local cloud of its own, on free ports, in a temporary folder."""

from __future__ import annotations

import os
import random
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from xdist.scheduler import LoadFileScheduling

from localcloud import environment, supervisor
from localcloud.home import MAX_WORKSPACES, Home
from localcloud.ports import port_is_free
from localcloud.tokens import ARM_AUDIENCE, TokenAuthority

_LONGEST_FIRST = ("test_whole_path.py", "test_command_line.py", "e2e", "engine", "spark", "servers")
"""Files, folders and marks. What takes minutes must not be what a worker begins last."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order files so that workers end together."""

    def rank(item: pytest.Item) -> int:
        marks = {mark.name for mark in item.iter_markers()}
        known = [name in marks or name in item.path.parts for name in _LONGEST_FIRST]
        return known.index(True) if True in known else len(known)

    first_of: dict[Path, int] = {}
    for item in items:
        first_of[item.path] = min(rank(item), first_of.get(item.path, rank(item)))
    items.sort(key=lambda item: first_of[item.path])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand whole files to workers, with two exceptions.

    Notebooks share one Spark session; the invariants of each stack are a story of their own.
    (pytest-xdist's way of saying so, groups by mark, has no effect with pytest 9.)
    """

    def belongs_to(nodeid: str) -> str:
        file, _, name = nodeid.partition("::")
        if file.startswith("tests/notebooks/"):
            return "tests/notebooks"
        if file == "tests/e2e/test_invariants.py":
            return f"{file} {name.partition('[')[2]}"
        return file

    scheduler = LoadFileScheduling(config, log)
    scheduler._split_scope = belongs_to
    return scheduler


@dataclass(frozen=True)
class RunningCloud:
    """A started local cloud.

    Attributes:
        home: its folder and ports.
        environment: variables under which real clients reach it; set in os.environ already.
    """

    home: Home
    environment: dict[str, str]

    def token(self, audience: str = ARM_AUDIENCE) -> str:
        """A bearer token of the developer."""
        return TokenAuthority.open(self.home.path).issue(audience)

    def http(self, base_url: str | None = None, audience: str = ARM_AUDIENCE) -> httpx.Client:
        """A plain HTTP client with a token, for ARM unless another address is given."""
        return httpx.Client(
            base_url=base_url or self.home.arm_url,
            headers={"Authorization": f"Bearer {self.token(audience)}"},
            verify=ssl.create_default_context(cafile=str(self.home.tls / "ca.pem")),
            timeout=60,
        )

    def unknown_routes(self) -> list[str]:
        """Routes that some client asked for and no server has."""
        with self.http() as client:
            answer = client.get("/_localcloud/unknown-routes").raise_for_status()
        return list(answer.json())

    def forget_unknown_routes(self) -> None:
        """For a test that asks for one on purpose."""
        with self.http() as client:
            client.delete("/_localcloud/unknown-routes").raise_for_status()

    def inject(self, *faults: dict[str, object]) -> None:
        """Make the next matching requests fail; see :class:`localcloud.http.Fault`."""
        with self.http() as client:
            client.put("/_localcloud/faults", json=list(faults)).raise_for_status()


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    """One local cloud for the whole test session."""
    home = Home(path=tmp_path_factory.mktemp("cloud"), base_port=free_base_port())
    supervisor.start(home)
    variables = environment.variables(home)
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield RunningCloud(home, variables)
    finally:
        os.environ.clear()
        os.environ.update(before)
        supervisor.stop(home)


@pytest.fixture(autouse=True)
def no_unknown_routes(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that made a client ask for a route that no server has fails."""
    yield
    if "cloud" in request.fixturenames:
        running: RunningCloud = request.getfixturevalue("cloud")
        unknown = running.unknown_routes()
        running.forget_unknown_routes()
        assert unknown == []


def free_base_port() -> int:
    """A first port for a cloud of its own, below those that outgoing connections get."""
    for _ in range(100):
        base = random.randrange(14000, 32000, 20)  # noqa: S311 - no secret
        if all(port_is_free(port) for port in range(base, base + 10 + MAX_WORKSPACES)):
            return base
    raise RuntimeError("no free ports for a test cloud")


@pytest.fixture(scope="session")
def project_dir() -> Path:
    """The repository's root."""
    return Path(__file__).resolve().parent.parent
