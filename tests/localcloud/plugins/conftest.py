"""Fixtures of the plugins' tests: the providers in this process, and stacks of the real engine."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest
from pulumi import automation as auto

from localcloud.plugins.azure_native.provider import AzureNativeProvider
from localcloud.plugins.properties import Properties
from localcloud.plugins.provider import Resource, State

GROUP_TYPE = "azure-native:resources:ResourceGroup"
TIMEOUT_SECONDS = 60.0


class RunningCloud(Protocol):
    """What these tests use of the session's cloud."""

    environment: dict[str, str]


@pytest.fixture(scope="session")
def azure(cloud: RunningCloud) -> AzureNativeProvider:
    """The azure-native provider, configured as in a shell of the local cloud."""
    provider = AzureNativeProvider()
    provider.configure({})
    return provider


@pytest.fixture
def group(azure: AzureNativeProvider) -> Iterator[str]:
    """Name of an empty resource group; it is deleted with everything in it."""
    name = f"rg-{uuid.uuid4().hex[:8]}"
    resource = Resource(GROUP_TYPE, name)
    inputs: Properties = {"resourceGroupName": name, "location": "westeurope"}
    state = azure.create(resource, inputs, TIMEOUT_SECONDS)
    yield name
    azure.delete(resource, State(state.id, {}), TIMEOUT_SECONDS)


Program = Callable[[], None]


@pytest.fixture
def stack(cloud: RunningCloud, tmp_path: Path) -> Iterator[Callable[[Program], auto.Stack]]:
    """Makes the test's one stack, or gives it another program; destroyed in the end."""
    Path(cloud.environment["PULUMI_HOME"]).mkdir(parents=True, exist_ok=True)
    name = f"test-{uuid.uuid4().hex[:8]}"
    made: list[auto.Stack] = []

    def with_program(program: Program) -> auto.Stack:
        made.append(
            auto.create_or_select_stack(
                name, project_name="plugins", program=program, work_dir=str(tmp_path)
            )
        )
        return made[-1]

    yield with_program
    if made:
        made[-1].destroy(remove=True)
