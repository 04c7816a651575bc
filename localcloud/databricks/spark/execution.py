"""Runs one job in a started session and says how it ended."""

from __future__ import annotations

import os
from pathlib import Path

from pyspark.sql import SparkSession

from localcloud.databricks.spark.dbutils import DbUtils
from localcloud.databricks.spark.dbutils.notebook import NotebookExit
from localcloud.databricks.spark.failure import format_trace, summarize
from localcloud.databricks.spark.notebook import Notebook
from localcloud.databricks.spark.output import Redactor, redirect_to
from localcloud.databricks.spark.protocol import Ended, Job
from localcloud.databricks.spark.workspace_api import WorkspaceApi
from localcloud.databricks.spark.workspace_files import open_folder


def execute(spark: SparkSession, job: Job) -> Ended:
    """Run the notebook; whatever it raises becomes part of the answer."""
    redactor = Redactor()
    redirect_to(Path(job.log), redactor)
    os.environ.update(job.environment)
    workspace = WorkspaceApi(job.workspace_url, job.authority, job.token)
    dbutils = DbUtils(spark, job.parameters, workspace, redactor)
    try:
        open_folder(workspace, job.notebook_path, Path("workspace").absolute(), spark)
        Notebook(spark, dbutils, workspace).run(job.notebook_path, job.language, job.source)
    except NotebookExit as leaving:
        return Ended(succeeded=True, result=redactor.redact(leaving.value))
    except BaseException as error:
        return Ended(
            succeeded=False,
            error=redactor.redact(summarize(error)),
            error_trace=redactor.redact(format_trace(error)),
        )
    return Ended(succeeded=True)
