"""Compiled Python of the big packages, so that not even the first command waits for it.

Python compiles a package when it is first imported, but not where it may not write, as in many
containers (PYTHONDONTWRITEBYTECODE). The Databricks and Azure packages cost seconds each time.
"""

from __future__ import annotations

import sys

from localcloud.home import PROJECT_DIR
from localcloud.toolchain.cache import write_atomically
from localcloud.toolchain.steps import Step, Work

INSTALLED = PROJECT_DIR / ".venv" / "requirements.sha256"
STAMP = PROJECT_DIR / ".venv" / "bytecode.sha256"
"""Written last: a copy of the stamp of the packages that were compiled."""

IMPORTS = (
    "localcloud.server",
    "localcloud.databricks.app",
    "localcloud.databricks.spark.execution",
    "localcloud.stack",
    "localcloud.plugins.azure_native.provider",
    "localcloud.plugins.databricks.provider",
    "pulumi_databricks",
    *(
        f"pulumi_azure_native.{module}"
        for module in (
            "applicationinsights",
            "authorization",
            "containerregistry",
            "databricks",
            "keyvault",
            "machinelearningservices",
            "network",
            "operationalinsights",
            "resources",
            "storage",
        )
    ),
    "azure.identity",
    "azure.storage.blob",
    "azureml.core",
    "azureml.pipeline.core",
    "azureml.pipeline.steps",
    "pyarrow.parquet",
    "pyspark.sql",
)
"""What the commands import in the end; with it comes all that it imports itself."""


def _find() -> str | None:
    done = STAMP.is_file() and INSTALLED.is_file() and STAMP.read_bytes() == INSTALLED.read_bytes()
    return "of the big packages" if done else None


def _make(work: Work) -> None:
    # One at a time keeps memory low and names the package that fails. Some of them load their
    # contents only when asked what is in them.
    for name in IMPORTS:
        work.run(
            [sys.executable, "-W", "ignore", "-c", f"import {name} as it; hasattr(it, 'x')"],
            env={"PYTHONDONTWRITEBYTECODE": ""},
            cwd=PROJECT_DIR,
        )
    write_atomically(STAMP, INSTALLED.read_bytes())


STEP = Step(
    name="bytecode",
    find=_find,
    make=_make,
    doing="compiling the big Python packages, about half a minute",
    remedy="make the packages anew: rm -r .venv, then: make setup",
)
