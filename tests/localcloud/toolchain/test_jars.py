from __future__ import annotations

import importlib.util
import re
import threading
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from localcloud.toolchain import jars
from localcloud.toolchain.jars import Jar, locked_jars, spark_jars
from localcloud.toolchain.steps import Step, ToolchainError, Work


@pytest.fixture
def one_jar(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Jar:
    """A lock with the smallest of the real jars only, and an empty cache."""
    (jar,) = (jar for jar in locked_jars() if jar.artifact == "azure-keyvault-core")
    write_lock(jar, tmp_path, monkeypatch)
    return jar


def write_lock(jar: Jar, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = folder / "jars.lock"
    lock.write_text(f"# a comment\n{jar.group}:{jar.artifact}:{jar.version} {jar.sha256}\n")
    monkeypatch.setattr(jars, "LOCK", lock)


def make(step: Step) -> None:
    assert step.make is not None
    step.make(Work(step.name, lambda text: None, lambda text: None, threading.Event()))


def test_the_lock_pins_a_digest_for_each_jar() -> None:
    assert [jar for jar in locked_jars() if not re.fullmatch("[0-9a-f]{64}", jar.sha256)] == []


def test_the_storage_driver_has_the_version_of_sparks_hadoop() -> None:
    spark = importlib.util.find_spec("pyspark")
    assert spark is not None
    assert spark.origin is not None
    (client,) = (Path(spark.origin).parent / "jars").glob("hadoop-client-api-*.jar")
    drivers = [jar.version for jar in locked_jars() if jar.artifact == "hadoop-azure"]
    assert [client.stem.removeprefix("hadoop-client-api-")] == drivers


def test_a_missing_jar_is_named_with_the_command_that_helps(one_jar: Jar) -> None:
    with pytest.raises(ToolchainError) as caught:
        spark_jars()
    assert str(caught.value) == (
        "missing or not as jars.lock pins it: azure-keyvault-core-1.0.0.jar. What helps: make setup"
    )


@pytest.mark.servers
def test_a_tampered_jar_is_refused_and_fetched_again(one_jar: Jar) -> None:
    one_jar.path.parent.mkdir(parents=True)
    one_jar.path.write_bytes(b"not what was pinned")
    assert jars.STEP.find() is None
    make(jars.STEP)
    assert spark_jars() == [one_jar.path]
    assert sorted(path.name for path in one_jar.path.parent.iterdir()) == [one_jar.path.name]


@pytest.mark.servers
def test_a_fetched_jar_with_another_digest_is_not_kept(
    one_jar: Jar, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_lock(replace(one_jar, sha256="0" * 64), tmp_path, monkeypatch)
    with pytest.raises(ToolchainError, match=r"its SHA-256 is not the one in jars\.lock"):
        make(jars.STEP)
    assert not one_jar.path.exists()


def test_authorities_named_in_the_environment_reach_java(tmp_path: Path, cache: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    store = tmp_path / "truststore.p12"
    options = jars._trust_options(store, {"SSL_CERT_FILE": str(tmp_path / "ca.pem")})
    assert options[0] == f"-Djavax.net.ssl.trustStore={store}"
    assert store.is_file()


def test_an_authority_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ToolchainError, match=r"REQUESTS_CA_BUNDLE=/no/such\.pem is not a"):
        jars._trust_options(tmp_path / "store", {"REQUESTS_CA_BUNDLE": "/no/such.pem"})


def test_a_proxy_of_the_environment_reaches_java() -> None:
    assert jars._proxy_options({"https": "http://proxy.example:3128"}) == [
        "-Dhttps.proxyHost=proxy.example",
        "-Dhttps.proxyPort=3128",
    ]
    assert jars._proxy_options({}) == []
