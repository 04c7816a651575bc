"""How Spark is started: what a cluster may change, and what stays as this machine needs it."""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

import pytest

from localcloud.databricks import spark_settings
from localcloud.home import PROJECT_DIR, Home

CERTIFICATES = Path("/certificates.pem")


def test_java_finds_this_machine_and_every_account(tmp_path: Path) -> None:
    home = Home(path=tmp_path, base_port=20000)
    spark_settings.write_hosts(home, ["one", "two"])
    spark_settings.write_hosts(home, ["two"])
    assert spark_settings.hosts_file(home).read_text() == (
        f"127.0.0.1 localhost\n127.0.0.1 {socket.gethostname()}\n127.0.0.1 two.blob.localhost\n"
    )


def test_settings_of_another_spark_are_kept_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "SPARK_HOME",
        "PYSPARK_SUBMIT_ARGS",
        "HADOOP_CONF_DIR",
        "PYTHONPATH",
        "PYTHONHOME",
    ):
        monkeypatch.setenv(name, "/elsewhere")
    environment = spark_settings.environment(tmp_path, CERTIFICATES, {})
    assert "/elsewhere" not in environment.values()


def test_a_cluster_sets_variables_but_not_those_that_make_spark_run_here(tmp_path: Path) -> None:
    wanted = {
        "MINE": "yes",
        "PYTHONPATH": "/mine",
        "PYSPARK_PYTHON": "/databricks/python3",
        "REQUESTS_CA_BUNDLE": "/mine.pem",
    }
    environment = spark_settings.environment(tmp_path, CERTIFICATES, wanted)
    assert {name: environment[name] for name in wanted} == {
        "MINE": "yes",
        "PYTHONPATH": f"{PROJECT_DIR}{os.pathsep}/mine",
        "PYSPARK_PYTHON": sys.executable,
        "REQUESTS_CA_BUNDLE": str(CERTIFICATES),
    }
