"""The machines that notebook jobs run on: an instance pool in the Databricks workspace.

Azure ML makes job clusters without an access mode and has no setting for it. For workspaces that
forbid those, a cluster with one can be declared.
"""

from __future__ import annotations

from dataclasses import dataclass

import pulumi_databricks
from pulumi import ComponentResource, InvokeOutputOptions, Output, ResourceOptions

from infra.databricks_workspace import DatabricksWorkspace
from infra.plans import ClusterOptions, Machines
from infra.site import Site


@dataclass(frozen=True, kw_only=True)
class InstancePoolArgs:
    """Settings of :class:`InstancePool`."""

    site: Site
    databricks: DatabricksWorkspace
    machines: Machines


class InstancePool(ComponentResource):
    """An instance pool with one Databricks Runtime preloaded, and a cluster if one is declared."""

    instance_pool_id: Output[str]
    """Pool that job clusters take their machines from."""

    cluster_id: Output[str]
    """The declared cluster; empty if there is none."""

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
        self.cluster_id = Output.from_input("")
        if args.machines.cluster:
            self.cluster_id = self._cluster(name, args, args.machines.cluster).id
        self.spark_version = Output.from_input(args.machines.spark_version)
        self.register_outputs(
            {
                "instance_pool_id": self.instance_pool_id,
                "cluster_id": self.cluster_id,
                "spark_version": self.spark_version,
            }
        )

    def _cluster(
        self, name: str, args: InstancePoolArgs, options: ClusterOptions
    ) -> pulumi_databricks.Cluster:
        """A cluster that belongs to the deployer: Azure ML runs under the token made here."""
        user = pulumi_databricks.get_current_user_output(
            opts=InvokeOutputOptions(provider=args.databricks.provider)
        )
        return pulumi_databricks.Cluster(
            f"{name}-cluster",
            cluster_name=f"jobs-on-{args.site.names.instance_pool}",
            spark_version=args.machines.spark_version,
            instance_pool_id=self.instance_pool_id,
            num_workers=options.workers,
            autotermination_minutes=options.idle_minutes,
            data_security_mode="SINGLE_USER",
            single_user_name=user.user_name,
            opts=args.databricks.inside(self),
        )
