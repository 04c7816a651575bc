"""The executables that the engine finds on PATH start, answer, refuse and end."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import grpc
import psutil
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2 as wire
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderStub

from localcloud.plugins.properties import encode

BIN = Path(__file__).resolve().parents[3] / "localcloud" / "plugins" / "bin"
END_SECONDS = 10


class Cloud(Protocol):
    """What these tests use of the session's cloud."""

    environment: dict[str, str]


@dataclass(frozen=True)
class Plugin:
    """A running plugin, and the shell that stands for the engine which started it."""

    package: str
    engine: subprocess.Popen[str]
    process: psutil.Process
    port: int


@pytest.fixture(params=["azure-native", "databricks"])
def plugin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plugin]:
    """A plugin started in a foreign folder, with nothing of the local cloud around it."""
    engine = subprocess.Popen(
        ["sh", "-c", f"{BIN}/pulumi-resource-{request.param} 127.0.0.1:1 & echo $!; wait"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"]},
    )
    with engine:
        assert engine.stdout is not None
        process, port = psutil.Process(int(engine.stdout.readline())), engine.stdout.readline()
        yield Plugin(request.param, engine, process, int(port))
        engine.kill()
        psutil.wait_procs([process], timeout=END_SECONDS)


def test_a_plugin_claims_the_version_of_the_installed_sdk(plugin: Plugin) -> None:
    with grpc.insecure_channel(f"127.0.0.1:{plugin.port}") as channel:
        info = ResourceProviderStub(channel).GetPluginInfo(Empty())
    assert info.version == version(f"pulumi-{plugin.package}")


def test_a_plugin_without_a_local_cloud_refuses_and_says_whose_it_is(plugin: Plugin) -> None:
    request = wire.ConfigureRequest(args=encode({"host": "https://adb-1.azuredatabricks.net"}))
    with (
        grpc.insecure_channel(f"127.0.0.1:{plugin.port}") as channel,
        pytest.raises(grpc.RpcError) as caught,
    ):
        ResourceProviderStub(channel).Configure(request)
    assert f"this {plugin.package} plugin is localcloud's" in caught.value.details()
    assert "take localcloud/plugins/bin off PATH" in caught.value.details()


def test_a_plugin_ends_when_its_engine_is_gone(plugin: Plugin) -> None:
    plugin.engine.kill()
    gone, _ = psutil.wait_procs([plugin.process], timeout=END_SECONDS)
    assert gone == [plugin.process]


@pytest.mark.servers
def test_the_first_calls_may_come_all_at_once(cloud: Cloud) -> None:
    account = (
        f"/subscriptions/{cloud.environment['ARM_SUBSCRIPTION_ID']}/resourceGroups/none"
        "/providers/Microsoft.Storage/storageAccounts/none"
    )
    blob = f"{account}/blobServices/default/containers/none/blobs/none"
    requests = [
        wire.ReadRequest(id=arm_id, urn=f"urn:pulumi:s::p::azure-native:storage:{name}::it")
        for arm_id, name in ((account, "StorageAccount"), (blob, "Blob"))
    ]
    command = [str(BIN / "pulumi-resource-azure-native"), "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel, ThreadPoolExecutor(16) as pool:
            engine = ResourceProviderStub(channel)
            engine.Configure(wire.ConfigureRequest(args=encode({})))
            answers = list(pool.map(engine.Read, requests * 8))
        process.kill()
    assert answers == [wire.ReadResponse()] * 16
