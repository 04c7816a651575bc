"""The real components that localcloud runs on: Java, Spark's jars, Node, Azurite, Pulumi.

Each has a file that finds it and makes it; :func:`setup` runs them all. Users ask here for
where a component is. Nothing outside the project and the cache folder is changed.
"""

from localcloud.toolchain.azurite import azurite_command
from localcloud.toolchain.cache import cache_folder
from localcloud.toolchain.jars import spark_jars
from localcloud.toolchain.java import java_home
from localcloud.toolchain.pulumi_cli import pulumi_bin, pulumi_version
from localcloud.toolchain.running import Missing, check, setup
from localcloud.toolchain.steps import ToolchainError
from localcloud.toolchain.truststore import TRUSTSTORE_PASSWORD, write_truststore

__all__ = [
    "TRUSTSTORE_PASSWORD",
    "Missing",
    "ToolchainError",
    "azurite_command",
    "cache_folder",
    "check",
    "java_home",
    "pulumi_bin",
    "pulumi_version",
    "setup",
    "spark_jars",
    "write_truststore",
]
