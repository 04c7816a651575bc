"""Databricks workspaces, through Azure's own clients and Databricks' own."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.databricks import AzureDatabricksManagementClient
from databricks.sdk import WorkspaceClient

from localcloud.tokens import DATABRICKS_AUDIENCE, SUBSCRIPTION_ID

pytestmark = pytest.mark.servers

NETWORK_VERSION = {"api-version": "2024-05-01"}
HERE = {"location": "westeurope"}
DELEGATION = {"name": "dbx", "properties": {"serviceName": "Microsoft.Databricks/workspaces"}}


@pytest.fixture
def workspaces(client_of: Callable[..., Any]) -> Any:
    return client_of(AzureDatabricksManagementClient).workspaces


@pytest.fixture
def network(cloud: Any, group: str) -> str:
    """Id of a network with two subnets that a workspace can use, and one that it can't."""
    base = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{group}/providers/Microsoft.Network"
    nsg = f"{base}/networkSecurityGroups/nsg"

    def subnet(number: int, *delegations: Any) -> dict[str, Any]:
        return {
            "name": f"subnet-{number}",
            "properties": {
                "addressPrefix": f"10.0.{number}.0/24",
                "delegations": list(delegations),
                "networkSecurityGroup": {"id": nsg},
            },
        }

    properties = {
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [subnet(1, DELEGATION), subnet(2, DELEGATION), subnet(3)],
    }
    vnet = f"{base}/virtualNetworks/vnet"
    with cloud.http() as client:
        client.put(nsg, params=NETWORK_VERSION, json=HERE).raise_for_status()
        body = {**HERE, "properties": properties}
        client.put(vnet, params=NETWORK_VERSION, json=body).raise_for_status()
    return vnet


def body(group: str, network: str = "", **properties: Any) -> dict[str, Any]:
    parameters: dict[str, Any] = {"enableNoPublicIp": {"value": True}}
    if network:
        parameters |= {
            "customVirtualNetworkId": {"value": network},
            "customPublicSubnetName": {"value": "subnet-1"},
            "customPrivateSubnetName": {"value": "subnet-2"},
        }
    managed = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{group}-managed"
    return {
        **HERE,
        "sku": {"name": "premium"},
        "properties": {
            "computeMode": "Hybrid",
            "managedResourceGroupId": managed,
            "parameters": parameters,
            **properties,
        },
    }


def put(workspaces: Any, group: str, wanted: dict[str, Any], name: str = "dbw") -> Any:
    return workspaces.begin_create_or_update(group, name, wanted).result()


def test_a_workspace_answers_its_own_api_and_is_gone_after_deletion(
    workspaces: Any, group: str, network: str, cloud: Any
) -> None:
    made = put(workspaces, group, body(group, network))
    assert made.properties.provisioning_state == "Succeeded"
    assert len(made.properties.workspace_id) == 16
    client = WorkspaceClient(
        host=f"https://{made.properties.workspace_url}",
        token=cloud.token(DATABRICKS_AUDIENCE),
        auth_type="pat",
    )
    assert list(client.instance_pools.list()) == []
    version = {"api-version": "2024-03-01"}
    managed = made.properties.managed_resource_group_id
    with cloud.http() as arm:
        assert arm.get(managed, params=version).json()["managedBy"] == made.id
        assert arm.delete(managed, params=version).status_code == 403
        workspaces.begin_delete(group, "dbw").result()
        assert arm.get(managed, params=version).status_code == 404
    assert list(workspaces.list_by_resource_group(group)) == []


def test_a_repeated_put_and_new_tags_keep_the_workspace(workspaces: Any, group: str) -> None:
    first = put(workspaces, group, body(group))
    again = put(workspaces, group, {**body(group), "tags": {"a": "b"}})
    workspaces.begin_update(group, "dbw", {"tags": {"c": "d"}}).result()
    found = workspaces.get(group, "dbw")
    assert found.tags == {"c": "d"}
    for each in (again, found):
        assert each.properties.workspace_url == first.properties.workspace_url
        assert each.properties.workspace_id == first.properties.workspace_id


def test_subnets_of_a_workspace_stay_as_long_as_it_lives(
    workspaces: Any, group: str, network: str, cloud: Any, refuses: Any
) -> None:
    put(workspaces, group, body(group, network))
    with cloud.http() as arm:
        for path in (network, f"{network}/subnets/subnet-1"):
            refused = arm.delete(path, params=NETWORK_VERSION)
            assert refused.json()["error"]["code"] == "InUseSubnetCannotBeDeleted"
        plain = {"properties": {"addressPrefix": "10.0.1.0/24"}}
        refused = arm.put(f"{network}/subnets/subnet-1", params=NETWORK_VERSION, json=plain)
        assert refused.json()["error"]["code"] == (
            "SubnetDelegationsCannotChangeWhenSubnetUsedByResource"
        )
        with refuses("SubnetInUse"):
            other = body(f"{group}-other", network)
            put(workspaces, group, other, "dbw-2")
        workspaces.begin_delete(group, "dbw").result()
        assert arm.delete(network, params=NETWORK_VERSION).status_code == 200


BROKEN = [
    ("sku.name", "standard", "InvalidSku"),
    ("properties.computeMode", None, "InvalidRequestContent"),
    ("properties.computeMode", "Serverless", "InvalidComputeMode"),
    ("properties.colour", "red", "InvalidRequestContent"),
    ("properties.managedResourceGroupId", None, "InvalidManagedResourceGroupId"),
    ("properties.managedResourceGroupId", "rg", "InvalidManagedResourceGroupId"),
    ("properties.parameters.customPublicSubnetName", None, "InvalidVirtualNetworkParameters"),
    ("properties.parameters.customPublicSubnetName.value", "none", "InvalidResourceReference"),
    ("properties.parameters.customPublicSubnetName.value", "subnet-3", "SubnetNotDelegated"),
    ("properties.parameters.customVirtualNetworkId.value", "/none", "InvalidResourceReference"),
    ("location", "northeurope", "InvalidVirtualNetworkLocation"),
]


def test_a_workspace_that_cannot_work_is_refused(
    workspaces: Any, group: str, network: str, refuses: Any
) -> None:
    for path, value, code in BROKEN:
        wanted = copy.deepcopy(body(group, network))
        owner = wanted
        *parents, last = path.split(".")
        for name in parents:
            owner = owner[name]
        owner[last] = value
        with refuses(code):
            put(workspaces, group, wanted)
    assert list(workspaces.list_by_resource_group(group)) == []


def test_the_managed_group_must_be_new_and_another(
    workspaces: Any, group: str, cloud: Any, refuses: Any
) -> None:
    own = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{group}"
    version = {"api-version": "2024-03-01"}
    with refuses("ManagedResourceGroupSameAsResourceGroup"):
        put(workspaces, group, body(group, managedResourceGroupId=own))
    with cloud.http() as arm:
        arm.put(f"{own}-exists", params=version, json=HERE).raise_for_status()
        with refuses("ApplicationUpdateFail"):
            put(workspaces, group, body(group, managedResourceGroupId=f"{own}-exists"))
        arm.delete(f"{own}-exists", params=version).raise_for_status()


def test_what_is_fixed_at_creation_cannot_change(
    workspaces: Any, group: str, network: str, refuses: Any
) -> None:
    put(workspaces, group, body(group))
    catalog = {"initialType": "UnityCatalog"}
    for wanted in (body(group, network), body(group, defaultCatalog=catalog), body(f"{group}-x")):
        with refuses("PropertyChangeNotAllowed"):
            put(workspaces, group, wanted)


def test_a_failed_creation_is_told_and_can_be_repeated(
    workspaces: Any, group: str, cloud: Any
) -> None:
    cloud.inject({"method": "PROVISION", "path": f".*/{group}/.*", "status": 500, "code": "Broken"})
    with pytest.raises(HttpResponseError, match="Broken"):
        put(workspaces, group, body(group))
    assert workspaces.get(group, "dbw").properties.provisioning_state == "Failed"
    assert put(workspaces, group, body(group)).properties.provisioning_state == "Succeeded"
