"""The program sleeps while it waits."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Callable
from typing import Any

import pytest
from pulumi.runtime.mocks import MockResourceArgs
from pulumi_azure_native import resources

from infra import processor_time
from tests.infra.harness import deploy
from tests.infra.mock_cloud import MockCloud

SECONDS = 0.3


class SlowCloud(MockCloud):
    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        time.sleep(SECONDS)
        return super().new_resource(args)


def rounds_of(program: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> int:
    """How often Pulumi goes round its loop until a slow cloud has made what a program asks for."""
    sleep, rounds = asyncio.sleep, 0

    async def counted(delay: float) -> None:
        nonlocal rounds
        rounds += 1
        await sleep(delay)

    monkeypatch.setattr(asyncio, "sleep", counted)
    deploy(program, config={}, cloud=SlowCloud())
    return rounds


def one_resource() -> None:
    resources.ResourceGroup("group", resource_group_name="rg")


def thriftily() -> None:
    processor_time.save()
    gc.enable()
    one_resource()


def test_a_program_that_waits_goes_round_a_few_times_only(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rounds_of(thriftily, monkeypatch) < 100


def test_without_it_pulumi_still_goes_round_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rounds_of(one_resource, monkeypatch) > 1000, "Pulumi is mended: drop that part of save()"


def test_the_collector_is_off_afterwards() -> None:
    async def program() -> bool:
        processor_time.save()
        return gc.isenabled()

    try:
        assert not asyncio.run(program())
    finally:
        gc.enable()
