"""Databricks' ``dbutils``, as far as a local run can keep its word.

Each module of ``dbutils`` is a file. What is missing says so when it is asked for.

verified: learn.microsoft.com/azure/databricks/dev-tools/databricks-utils.
"""

from __future__ import annotations

from typing import NoReturn

from pyspark.sql import SparkSession

from localcloud.databricks.spark.dbutils.fs import FileSystem
from localcloud.databricks.spark.dbutils.notebook import NotebookControl
from localcloud.databricks.spark.dbutils.secrets import Secrets
from localcloud.databricks.spark.dbutils.widgets import Widgets
from localcloud.databricks.spark.output import Redactor
from localcloud.databricks.spark.workspace_api import WorkspaceApi


class DbUtils:
    """The object that a notebook knows as ``dbutils``."""

    def __init__(
        self,
        spark: SparkSession,
        parameters: dict[str, str],
        workspace: WorkspaceApi,
        redactor: Redactor,
    ) -> None:
        self.widgets = Widgets(parameters)
        self.secrets = Secrets(workspace, redactor)
        self.fs = FileSystem(spark)
        self.notebook = NotebookControl()

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"localcloud's dbutils has no {name!r}; it has widgets, secrets, fs and notebook"
        )
