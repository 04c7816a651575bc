"""The machines that notebook jobs run on: an instance pool in the Databricks workspace."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi_databricks
from pulumi import ComponentResource, Output, ResourceOptions

from infra.databricks_workspace import DatabricksWorkspace
from infra.plans import Machines
from infra.site import Site


@dataclass(frozen=True, kw_only=True)
class InstancePoolArgs:
    """Settings of :class:`InstancePool`."""

    site: Site
    databricks: DatabricksWorkspace
    machines: Machines


class InstancePool(ComponentResource):
    """An instance pool with one Databricks Runtime preloaded."""

    instance_pool_id: Output[str]
    """Pool that job clusters take their machines from."""

    spark_version: Output[str]
    """Databricks Runtime that the pool keeps preloaded."""

    def __init__(
        self, name: str, args: InstancePoolArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("dataopsml:infra:InstancePool", name, None, opts)

        pool = pulumi_databricks.InstancePool(
            f"{name}-pool",
            instance_pool_name=args.site.names.instance_pool,
            node_type_id=args.machines.node_type,
            preloaded_spark_versions=[args.machines.spark_version],
            min_idle_instances=args.machines.min_idle_instances,
            max_capacity=args.machines.max_capacity,
            idle_instance_autotermination_minutes=args.machines.idle_minutes,
            # Names of pools are unique, so the new one can't stand beside the old.
            opts=args.databricks.inside(self, delete_before_replace=True),
        )

        self.instance_pool_id = pool.id
        self.spark_version = Output.from_input(args.machines.spark_version)
        self.register_outputs(
            {"instance_pool_id": self.instance_pool_id, "spark_version": self.spark_version}
        )
