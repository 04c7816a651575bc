"""How Spark is started on this machine so that notebooks meet what they meet on Databricks.

Storage accounts are found under ``<account>.blob.localhost:<port>`` with the cloud's own
certificates. There is no DBFS: a path without a scheme fails and never means this machine's disk.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

from localcloud.home import PROJECT_DIR, Home
from localcloud.tls import Certificates
from localcloud.toolchain.jars import spark_jars
from localcloud.toolchain.java import java_home
from localcloud.toolchain.spark_classes import class_archive_options
from localcloud.toolchain.truststore import java_trust_options

CORES = 2
DRIVER_MEMORY = "1g"
_FOREIGN_PREFIXES = ("SPARK_", "PYSPARK_", "HADOOP_", "PYTHONPATH", "PYTHONHOME", "JDK_JAVA_")
"""Settings of another Spark or Python on this machine, which would change this one."""

_LOGGING = Path(__file__).parent / "spark" / "log4j2.properties"


def hosts_file(home: Home) -> Path:
    """The file in which Java looks up host names; it reads it at every look-up."""
    return home.path / "spark-hosts"


def write_hosts(home: Home, accounts: list[str]) -> None:
    """Tell Spark's processes, running ones too, about the storage accounts there are."""
    names = ["localhost", socket.gethostname(), *(f"{name}.blob.localhost" for name in accounts)]
    target = hosts_file(home)
    partial = target.with_suffix(".partial")
    partial.write_text("".join(f"127.0.0.1 {name}\n" for name in names))
    partial.replace(target)


def spark_conf(home: Home, certificates: Certificates, folder: Path) -> dict[str, str]:
    """Every setting of a process whose files go to ``folder``."""
    java_options = [
        f"-Djdk.net.hosts.file={hosts_file(home)}",
        *java_trust_options(certificates.truststore),
        f"-Dlog4j2.configurationFile={_LOGGING.as_uri()}",
        f"-Djava.io.tmpdir={folder}",
        # Short jobs on few cores: quick start and little memory matter more than peak speed.
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        *class_archive_options(),
    ]
    return {
        "spark.master": f"local[{CORES}]",
        "spark.driver.memory": DRIVER_MEMORY,
        "spark.driver.host": "localhost",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": " ".join(java_options),
        "spark.jars": ",".join(str(jar) for jar in spark_jars()),
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": (folder / "warehouse").as_uri(),
        "spark.sql.session.timeZone": "Etc/UTC",
        "spark.sql.shuffle.partitions": "4",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.hadoop.fs.defaultFS": "dbfs:/",
        # Spark ML saves with Hadoop's older interface, which opens the default file system, even
        # where the path names another one: to ask for its working folder, and before it checks
        # that the output is not there yet (which Spark ML does by itself).
        "spark.hadoop.mapreduce.job.working.dir": "dbfs:/",
        "spark.hadoop.validateOutputSpecs": "false",
        # The driver's defaults wait a quarter of an hour for a storage that does not answer.
        "spark.hadoop.fs.azure.io.retry.min.backoff.interval": "500",
        "spark.hadoop.fs.azure.io.retry.max.backoff.interval": "2000",
        "spark.hadoop.fs.azure.io.retry.backoff.interval": "500",
        "spark.hadoop.fs.azure.io.retry.max.retries": "4",
    }


def environment(folder: Path, authority: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Environment variables of a process whose files go to ``folder``.

    Args:
        folder: for temporary files.
        authority: certificates that the notebook's own HTTPS clients trust, as on a real
            machine they trust those of Azure.
        variables: those that a cluster asks for. What makes Spark run here wins over them.
    """
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN_PREFIXES)
    }
    python_path = [str(PROJECT_DIR), *filter(None, [variables.get("PYTHONPATH")])]
    return {
        **inherited,
        **variables,
        "JAVA_HOME": str(java_home()),
        "SPARK_LOCAL_HOSTNAME": "localhost",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join(python_path),
        "REQUESTS_CA_BUNDLE": str(authority),
        "SSL_CERT_FILE": str(authority),
        "TMPDIR": str(folder),
    }


def command(settings_file: Path) -> list[str]:
    """The command that starts a process with the settings in a file."""
    return [sys.executable, "-m", "localcloud.databricks.spark", str(settings_file)]
