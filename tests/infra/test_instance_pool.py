"""The pool that notebook jobs take their machines from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infra.instance_pool import InstancePool, InstancePoolArgs
from infra.plans import ClusterOptions
from tests.infra.examples import MACHINES, databricks_workspace, site
from tests.infra.harness import Deployment, Values, deploy
from tests.infra.mock_cloud import DEPLOYER


@pytest.fixture(scope="module")
def deployed() -> Deployment:
    def program() -> None:
        place = site()
        InstancePool(
            "jobs",
            InstancePoolArgs(
                site=place,
                databricks=databricks_workspace(place),
                machines=MACHINES,
            ),
        )

    return deploy(program)


def test_the_pool_has_the_configured_machines_and_limits(deployed: Deployment) -> None:
    assert deployed.one("databricks:index/instancePool:InstancePool").inputs.plain == {
        "instancePoolName": "pool-sample-dev",
        "nodeTypeId": "Standard_D4ds_v5",
        "preloadedSparkVersions": ["15.4.x-scala2.12"],
        "minIdleInstances": 1,
        "maxCapacity": 5,
        "idleInstanceAutoterminationMinutes": 20,
    }


def test_a_replaced_pool_frees_its_name_first(deployed: Deployment) -> None:
    workspace = deployed.one("azure-native:databricks:Workspace")

    assert deployed.one("databricks:index/instancePool:InstancePool").options == {
        "deleteBeforeReplace": True,
        "deletedWith": workspace.urn,
        "replace_with": [workspace.urn],
    }


def test_the_component_tells_pool_and_runtime(deployed: Deployment) -> None:
    assert deployed.one("dataopsml:infra:InstancePool").outputs == Values(
        plain={
            "instance_pool_id": "id-of-jobs-pool",
            "cluster_id": "",
            "spark_version": "15.4.x-scala2.12",
        },
        secrets=frozenset(),
    )


def test_a_declared_cluster_is_the_deployers_own_with_an_access_mode() -> None:
    def program() -> None:
        place = site()
        machines = replace(MACHINES, cluster=ClusterOptions(workers=2, idle_minutes=30))
        databricks = databricks_workspace(place)
        InstancePool("jobs", InstancePoolArgs(site=place, databricks=databricks, machines=machines))

    deployed = deploy(program)

    cluster = deployed.one("databricks:index/cluster:Cluster")
    workspace = deployed.one("azure-native:databricks:Workspace")
    assert cluster.inputs.plain == {
        "clusterName": "jobs-on-pool-sample-dev",
        "sparkVersion": "15.4.x-scala2.12",
        "instancePoolId": "id-of-jobs-pool",
        "numWorkers": 2,
        "autoterminationMinutes": 30,
        "dataSecurityMode": "SINGLE_USER",
        "singleUserName": DEPLOYER,
    }
    assert cluster.options == {"deletedWith": workspace.urn, "replace_with": [workspace.urn]}
    outputs = deployed.one("dataopsml:infra:InstancePool").outputs
    assert outputs is not None
    assert outputs.plain["cluster_id"] == "id-of-jobs-cluster"
