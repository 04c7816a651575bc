"""The feature-engineering notebook in Databricks and the machines its jobs run on.

The path holds a hash of the content: a changed notebook is a new path, and a pipeline that
was published before keeps the notebook it was published with.
"""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pulumi_databricks
from pulumi import ComponentResource, Output, ResourceOptions

from infra.databricks_workspace import DatabricksWorkspace
from infra.site import Site

FOLDER = "/dataopsml"
"""Not ``/Shared``: there every user of the workspace may edit."""

HASH_DIGITS = 16


@dataclass(frozen=True, kw_only=True)
class FeatureNotebookArgs:
    """Settings of :class:`FeatureNotebook`."""

    site: Site
    databricks: DatabricksWorkspace
    file: Path
    """Notebook in Databricks source format."""
    node_type: str
    spark_version: str
    pool_min_idle_instances: int
    pool_max_capacity: int
    pool_idle_minutes: int


class FeatureNotebook(ComponentResource):
    """A notebook under its content hash, and an instance pool for its jobs."""

    notebook_path: Output[str]
    """Workspace path of the notebook; ends with its content hash."""

    instance_pool_id: Output[str]
    """Pool that job clusters take their machines from."""

    spark_version: Output[str]
    """Databricks Runtime that the pool keeps preloaded."""

    def __init__(
        self, name: str, args: FeatureNotebookArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("dataopsml:infra:FeatureNotebook", name, None, opts)
        provider, workspace = args.databricks.provider, args.databricks.workspace
        content = args.file.read_bytes()

        notebook = pulumi_databricks.Notebook(
            f"{name}-notebook",
            path=notebook_path(args.file.stem, content),
            language="PYTHON",
            content_base64=b64encode(content).decode(),
            opts=ResourceOptions(
                parent=self,
                provider=provider,
                deleted_with=workspace,
                # Pipelines published earlier still run the notebook at its old path.
                retain_on_delete=True,
            ),
        )
        pool = pulumi_databricks.InstancePool(
            f"{name}-pool",
            instance_pool_name=args.site.names.instance_pool,
            node_type_id=args.node_type,
            preloaded_spark_versions=[args.spark_version],
            min_idle_instances=args.pool_min_idle_instances,
            max_capacity=args.pool_max_capacity,
            idle_instance_autotermination_minutes=args.pool_idle_minutes,
            custom_tags=args.site.tags,
            opts=ResourceOptions(
                parent=self,
                provider=provider,
                deleted_with=workspace,
                # Names of pools are unique, so the new one can't stand beside the old.
                delete_before_replace=True,
            ),
        )

        self.notebook_path = notebook.path
        self.instance_pool_id = pool.id
        self.spark_version = Output.from_input(args.spark_version)
        self.register_outputs(
            {
                "notebook_path": self.notebook_path,
                "instance_pool_id": self.instance_pool_id,
                "spark_version": self.spark_version,
            }
        )


def notebook_path(stem: str, content: bytes) -> str:
    """Where a notebook of this content lives, e.g. ``/dataopsml/feature_engineering-0123abcd``."""
    return f"{FOLDER}/{stem}-{sha256(content).hexdigest()[:HASH_DIGITS]}"
