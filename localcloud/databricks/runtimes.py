"""Which runtimes and machines the workspace offers, and what of them is real here.

Every runtime is Databricks'; the Spark that runs is the local one. Only runtimes of the same
Spark line run at all, and a run's state message says which Spark it was.
"""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from functools import lru_cache

from databricks.sdk.service.compute import NodeInstanceType, NodeType, SparkVersion

from localcloud.databricks.errors import invalid, not_supported


@dataclass(frozen=True)
class Runtime:
    """A Databricks runtime.

    Attributes:
        key: e.g. ``15.4.x-scala2.12``.
        spark: its Spark version, e.g. ``3.5.0``.
        python: its Python version, e.g. ``3.11``.
    """

    key: str
    spark: str
    python: str

    @property
    def number(self) -> str:
        """Its version as DATABRICKS_RUNTIME_VERSION says it, e.g. ``15.4``."""
        return self.key.split(".x-")[0]


RUNTIMES = (
    Runtime("14.3.x-scala2.12", "3.5.0", "3.10"),
    Runtime("15.4.x-scala2.12", "3.5.0", "3.11"),
    Runtime("16.4.x-scala2.12", "3.5.2", "3.12"),
    Runtime("16.4.x-scala2.13", "3.5.2", "3.12"),
    Runtime("17.3.x-scala2.13", "4.0.0", "3.12"),
)
"""The long-term-support releases; verified: docs.databricks.com/release-notes/runtime."""

NODE_TYPES = {
    "Standard_DS3_v2": (14336, 4, 28),
    "Standard_DS4_v2": (28672, 8, 56),
    "Standard_D3_v2": (14336, 4, 200),
    "Standard_D4s_v5": (16384, 4, 0),
    "Standard_D4ds_v5": (16384, 4, 150),
    "Standard_D8ds_v5": (32768, 8, 300),
    "Standard_D16ds_v5": (65536, 16, 600),
    "Standard_E4ds_v5": (32768, 4, 150),
    "Standard_E8ds_v5": (65536, 8, 300),
    "Standard_F4s_v2": (8192, 4, 32),
}
"""Memory in MB, cores and local disk in GB of some of Azure's machines.

verified: learn.microsoft.com/azure/virtual-machines/sizes.
"""


def spark_versions() -> list[SparkVersion]:
    """The runtimes as the API lists them."""
    return [
        SparkVersion(
            key=runtime.key,
            name=f"{runtime.number} LTS (includes Apache Spark {runtime.spark}, {_scala(runtime)})",
        )
        for runtime in RUNTIMES
    ]


def node_types() -> list[NodeType]:
    """The machine types as the API lists them."""
    return [_node_type(name, *numbers) for name, numbers in NODE_TYPES.items()]


def _node_type(name: str, memory_mb: int, cores: int, disk_gb: int) -> NodeType:
    return NodeType(
        node_type_id=name,
        instance_type_id=name,
        description=name,
        category="General Purpose",
        memory_mb=memory_mb,
        num_cores=cores,
        num_gpus=0,
        is_deprecated=False,
        is_hidden=False,
        node_instance_type=NodeInstanceType(
            instance_type_id=name, local_disks=int(disk_gb > 0), local_disk_size_gb=disk_gb
        ),
    )


def find_runtime(key: str) -> Runtime:
    """The runtime of that key.

    Raises:
        CloudError: 400; Databricks has no such runtime here.
    """
    for runtime in RUNTIMES:
        if runtime.key == key:
            return runtime
    known = ", ".join(runtime.key for runtime in RUNTIMES)
    raise invalid(f"Invalid spark version {key}; known: {known}")


def check_runs_here(runtime: Runtime) -> None:
    """Refuse a runtime whose Spark is not the local one.

    Raises:
        CloudError: 400; names both versions.
    """
    if _line(runtime.spark) != _line(local_spark()):
        raise not_supported(
            f"runtime {runtime.key}: it has Spark {runtime.spark}, here is Spark {local_spark()}"
        )


def check_node_type(name: str) -> None:
    """Refuse a machine type that is not offered."""
    if name not in NODE_TYPES:
        raise invalid(f"Node type {name} is not supported. Supported: {', '.join(NODE_TYPES)}")


@lru_cache
def local_spark() -> str:
    """The version of the Spark that runs notebooks."""
    return importlib.metadata.version("pyspark")


def _scala(runtime: Runtime) -> str:
    return f"Scala {runtime.key.rpartition('-scala')[2]}"


def _line(version: str) -> str:
    return ".".join(version.split(".")[:2])
