"""What the azure-native provider makes of inputs, trouble and the cloud's own changes."""

from __future__ import annotations

import re
import uuid
from typing import Protocol

import pytest

from localcloud.plugins.azure_native.provider import AzureNativeProvider
from localcloud.plugins.properties import UNKNOWN, Properties
from localcloud.plugins.provider import (
    Checked,
    Found,
    HalfCreatedError,
    ProviderError,
    Resource,
    State,
)

pytestmark = pytest.mark.servers

TIMEOUT_SECONDS = 60.0
UNIQUE = uuid.uuid4().hex[:8]


class Faulty(Protocol):
    """What these tests use of the session's cloud."""

    def inject(self, *faults: dict[str, object]) -> None: ...


def make(
    azure: AzureNativeProvider, module_and_type: str, inputs: Properties
) -> tuple[Resource, Properties, State]:
    """Check and create, as the engine does."""
    resource = Resource(f"azure-native:{module_and_type}", "it")
    checked = azure.check(resource, {}, inputs, b"seed")
    assert checked.failures == {}
    return resource, checked.inputs, azure.create(resource, checked.inputs, TIMEOUT_SECONDS)


def account(azure: AzureNativeProvider, group: str, name: str) -> State:
    """A storage account."""
    inputs: Properties = {
        "resourceGroupName": group,
        "accountName": name,
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
    }
    return make(azure, "storage:StorageAccount", inputs)[2]


def gateway(group: str) -> Properties:
    """Inputs of a NAT gateway."""
    return {"resourceGroupName": group, "natGatewayName": "nat", "sku": {"name": "Standard"}}


def test_an_import_tells_the_inputs_that_lead_to_the_resource(
    azure: AzureNativeProvider, group: str
) -> None:
    inputs: Properties = {
        "resourceGroupName": group,
        "resourceName": "identity",
        "tags": {"a": "b"},
    }
    resource, checked, state = make(azure, "managedidentity:UserAssignedIdentity", inputs)
    assert azure.read(resource, State(state.id, {}), {}) == Found(checked, state)


def test_an_import_of_a_network_brings_its_subnets(azure: AzureNativeProvider, group: str) -> None:
    inputs: Properties = {
        "resourceGroupName": group,
        "virtualNetworkName": "vnet",
        "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
        "subnets": [{"name": "one", "addressPrefix": "10.0.0.0/24"}],
    }
    resource, _, state = make(azure, "network:VirtualNetwork", inputs)
    found = azure.read(resource, State(state.id, {}), {})
    assert found is not None
    assert isinstance(subnets := found.inputs["subnets"], list)
    assert [subnet["name"] for subnet in subnets if isinstance(subnet, dict)] == ["one"]


def test_what_someone_changed_in_the_cloud_shows_in_the_inputs(
    azure: AzureNativeProvider, group: str
) -> None:
    resource, checked, state = make(azure, "network:NatGateway", gateway(group))
    changed: Properties = {**checked, "tags": {"by": "hand"}}
    azure.update(resource, state, changed, TIMEOUT_SECONDS)
    found = azure.read(resource, state, checked)
    assert found is not None
    assert found.inputs == changed


def test_names_and_locations_are_filled_in_where_the_program_gives_none(
    azure: AzureNativeProvider, group: str
) -> None:
    resource = Resource("azure-native:network:NatGateway", "gateway")
    first = azure.check(resource, {}, {"resourceGroupName": group}, b"one seed")
    again = azure.check(resource, first.inputs, {"resourceGroupName": group}, b"another seed")
    name = str(first.inputs["natGatewayName"])
    assert re.fullmatch(r"gateway[0-9a-f]{8}", name)
    assert first.inputs == {
        "resourceGroupName": group,
        "natGatewayName": name,
        "location": "westeurope",
    }
    assert again == first


def test_a_location_is_taken_from_the_configuration_or_left_open(
    azure: AzureNativeProvider,
) -> None:
    resource = Resource("azure-native:network:NatGateway", "gateway")
    inputs = gateway("no-such-group")
    unknown: Properties = {**inputs, "resourceGroupName": UNKNOWN}
    configured = AzureNativeProvider()
    configured.configure({"location": "northeurope"})
    assert azure.check(resource, {}, inputs, b"") == Checked(inputs)
    assert azure.check(resource, {}, unknown, b"") == Checked({**unknown, "location": UNKNOWN})
    assert configured.check(resource, {}, unknown, b"") == Checked(
        {**unknown, "location": "northeurope"}
    )


def test_a_missing_part_of_the_id_is_named(azure: AzureNativeProvider) -> None:
    resource = Resource("azure-native:storage:BlobContainer", "data")
    checked = azure.check(resource, {}, {"accountName": "st"}, b"")
    assert checked.inputs == {"accountName": "st", "containerName": "data"}
    assert checked.failures == {
        "resourceGroupName": "missing required property 'resourceGroupName'"
    }


def test_the_clouds_own_words_tell_a_refusal(azure: AzureNativeProvider, group: str) -> None:
    inputs: Properties = {
        "resourceGroupName": group,
        "accountName": f"bad{UNIQUE}",
        "location": "westeurope",
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        "nonsense": True,
    }
    with pytest.raises(ProviderError, match=r"unknown property 'properties.nonsense'.*HTTP 400"):
        azure.create(Resource("azure-native:storage:StorageAccount", "st"), inputs, 10)


def test_passing_trouble_is_waited_out(
    azure: AzureNativeProvider, group: str, cloud: Faulty
) -> None:
    path = f"/subscriptions/.*/resourceGroups/{group}/providers/.*"
    cloud.inject(
        {"method": "PUT", "path": path, "status": 429, "retry_after_seconds": 0},
        {"method": "PUT", "path": path, "status": 503, "times": 2},
        {"method": "GET", "path": path, "status": 500},
    )
    _, _, state = make(azure, "network:NatGateway", gateway(group))
    assert state.outputs["provisioningState"] == "Succeeded"


def test_a_resource_that_fails_after_its_request_was_taken_stays_known(
    azure: AzureNativeProvider, group: str, cloud: Faulty
) -> None:
    cloud.inject({"path": ".*/operationResults/.*", "status": 400, "code": "SkuNotAvailable"})
    with pytest.raises(HalfCreatedError, match="SkuNotAvailable: injected") as caught:
        account(azure, group, f"half{UNIQUE}")
    state = caught.value.state
    assert state.id.endswith(
        f"/resourceGroups/{group}/providers/Microsoft.Storage/storageAccounts/half{UNIQUE}"
    )
    assert state.outputs["name"] == f"half{UNIQUE}"


def test_functions_tell_who_is_deploying_and_hand_out_keys(
    azure: AzureNativeProvider, group: str
) -> None:
    name = f"keys{UNIQUE}"
    state = account(azure, group, name)
    names: Properties = {"resourceGroupName": group, "accountName": name}
    keys = azure.invoke("azure-native:storage:listStorageAccountKeys", names)["keys"]
    assert isinstance(keys, list)
    assert [entry["keyName"] for entry in keys if isinstance(entry, dict)] == ["key1", "key2"]
    assert azure.invoke("azure-native:storage:getStorageAccount", names) == {
        **state.outputs,
        "id": state.id,
    }
    assert azure.invoke("azure-native:authorization:getClientConfig", {}) == {
        "clientId": "10ca1000-0000-4000-8000-000000000002",
        "objectId": "10ca1000-0000-4000-8000-000000000003",
        "subscriptionId": "10ca1000-0000-4000-8000-000000000004",
        "tenantId": "10ca1000-0000-4000-8000-000000000001",
    }


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("azure-native:storage:listNothing", "Function .*listNothing' not found"),
        ("azure-native:compute:getVirtualMachine", "Resource type .*VirtualMachine' not found"),
        ("azure-native:resources:getResourceGroup", "ResourceNotFound: /subscriptions/.*/no-such"),
    ],
)
def test_functions_that_can_not_answer_say_why(
    azure: AzureNativeProvider, function: str, message: str
) -> None:
    with pytest.raises(ProviderError, match=message):
        azure.invoke(function, {"resourceGroupName": "no-such"})
