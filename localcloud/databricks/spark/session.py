"""The Spark session of one process, and what makes its first notebook fast."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

_STORAGE_DRIVER = "org.apache.hadoop.fs.azure.NativeAzureFileSystem$Secure"


def start_session(conf: Mapping[str, str]) -> SparkSession:
    """A new session with exactly these settings."""
    builder = SparkSession.builder.appName("localcloud")
    for name, value in conf.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def warm_up(spark: SparkSession) -> None:
    """Make Java load and compile what nearly every notebook needs; leaves nothing behind.

    A Java process is slow only the first time that it does something. This does it while
    nobody waits: the storage driver, a CSV read, an aggregation, a Parquet write and read.
    """
    jvm: Any = spark._jvm
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    jvm.java.lang.Class.forName(_STORAGE_DRIVER, True, loader)
    with tempfile.TemporaryDirectory(prefix="warm-up-") as folder:
        source, target = Path(folder, "in.csv"), Path(folder, "out")
        source.write_text("A,B\n1,2.5\n2,\n")
        rows = spark.read.csv(
            source.as_uri(), schema="A INT, B DOUBLE", header=True, enforceSchema=False
        )
        rows.dropna().write.mode("overwrite").parquet(target.as_uri())
        spark.read.parquet(target.as_uri()).groupBy("A").count().collect()
