"""What Azure Resource Manager does for every type: refusals, idempotence, lists, deletion."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient

from localcloud.arm import create_app
from localcloud.arm.operations import KIND as OPERATION
from localcloud.arm.resources import KIND as RESOURCE
from localcloud.cloud import Cloud
from localcloud.http import Fault
from localcloud.tokens import ARM_AUDIENCE, SUBSCRIPTION_ID

SUBSCRIPTION = f"/subscriptions/{SUBSCRIPTION_ID}"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-test"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-1"
VERSION = {"api-version": "2023-01-31"}
BODY = {"location": "westeurope"}

pytestmark = pytest.mark.usefixtures("local_group")


def refused(answer: Any) -> tuple[int, str, str]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["message"]


def test_without_a_token_nothing_is_answered(in_process: Cloud) -> None:
    client = TestClient(create_app(in_process))
    assert refused(client.get(GROUP, params=VERSION))[:2] == (401, "AuthenticationFailed")


def test_a_new_resource_is_created_and_a_repeated_put_updates_it(arm: TestClient) -> None:
    created = arm.put(IDENTITY, params=VERSION, json={**BODY, "tags": {"a": "b"}})
    assert created.status_code == 201
    again = arm.put(IDENTITY, params=VERSION, json=BODY)
    assert again.status_code == 200
    assert again.json()["properties"] == created.json()["properties"]
    assert "tags" not in again.json()
    assert arm.get(IDENTITY, params=VERSION).json() == again.json()


def test_a_patch_changes_what_it_names_and_replaces_tags(arm: TestClient) -> None:
    arm.put(IDENTITY, params=VERSION, json={**BODY, "tags": {"a": "b"}})
    before = arm.get(IDENTITY, params=VERSION).json()
    arm.patch(IDENTITY, params=VERSION, json={"tags": {"c": "d"}})
    after = arm.get(IDENTITY, params=VERSION).json()
    assert after["tags"] == {"c": "d"}
    assert {**after, "tags": 0, "systemData": 0} == {**before, "tags": 0, "systemData": 0}


def test_ids_are_found_in_any_case_and_answered_in_the_clouds_own(arm: TestClient) -> None:
    arm.put(IDENTITY.lower(), params=VERSION, json=BODY).raise_for_status()
    answer = arm.get(IDENTITY.upper().replace("/SUBSCRIPTIONS", "/subscriptions"), params=VERSION)
    assert answer.json()["type"] == "Microsoft.ManagedIdentity/userAssignedIdentities"
    assert answer.json()["name"] == "id-1"


@pytest.mark.parametrize(
    ("path", "version", "expected"),
    [
        (IDENTITY, "", (400, "MissingApiVersionParameter")),
        (IDENTITY, "1999-01-01", (400, "NoRegisteredProviderFound")),
        (IDENTITY, VERSION["api-version"], (404, "ResourceNotFound")),
        (
            f"{IDENTITY}/federatedIdentityCredentials/f",
            "2023-01-31",
            (404, "ParentResourceNotFound"),
        ),
        (
            f"{GROUP}/providers/Microsoft.Compute/disks/d",
            "2024-01-01",
            (404, "InvalidResourceNamespace"),
        ),
        (
            f"{GROUP}/providers/Microsoft.Network/lions/l",
            "2024-05-01",
            (404, "InvalidResourceType"),
        ),
        (IDENTITY.replace("rg-test", "rg-none"), "2023-01-31", (404, "ResourceGroupNotFound")),
        (f"{SUBSCRIPTION}/resourceGroups/rg-none", "2024-03-01", (404, "ResourceGroupNotFound")),
        (IDENTITY.replace(SUBSCRIPTION_ID, "none"), "2023-01-31", (404, "SubscriptionNotFound")),
    ],
)
def test_a_request_for_what_is_not_there_is_refused(
    arm: TestClient, path: str, version: str, expected: tuple[int, str]
) -> None:
    answer = arm.get(path, params={"api-version": version} if version else {})
    assert refused(answer)[:2] == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, "LocationRequired")),
        ({"location": "atlantis"}, (400, "LocationNotAvailableForResourceType")),
        ({**BODY, "colour": "red"}, (400, "InvalidRequestContent")),
        ({**BODY, "tags": "red"}, (400, "InvalidRequestContent")),
        ([], (400, "InvalidRequestContent")),
    ],
)
def test_a_bad_body_is_refused_and_nothing_is_made(
    arm: TestClient, body: Any, expected: tuple[int, str]
) -> None:
    assert refused(arm.put(IDENTITY, params=VERSION, json=body))[:2] == expected
    assert arm.head(IDENTITY, params=VERSION).status_code == 404


def test_a_body_that_is_no_json_is_refused(arm: TestClient) -> None:
    answer = arm.put(IDENTITY, params=VERSION, content=b"{")
    assert refused(answer)[:2] == (400, "InvalidRequestContent")


def test_a_resource_cannot_move_to_another_region(arm: TestClient) -> None:
    arm.put(IDENTITY, params=VERSION, json={"location": "West Europe"})
    answer = arm.put(IDENTITY, params=VERSION, json={"location": "northeurope"})
    assert refused(answer)[:2] == (409, "InvalidResourceLocation")


def test_a_head_tells_whether_a_resource_exists(arm: TestClient) -> None:
    assert arm.head(IDENTITY, params=VERSION).status_code == 404
    arm.put(IDENTITY, params=VERSION, json=BODY)
    assert arm.head(IDENTITY, params=VERSION).status_code == 204


def test_lists_are_by_group_by_subscription_and_over_all_types(arm: TestClient) -> None:
    arm.put(IDENTITY, params=VERSION, json=BODY)
    made = arm.get(IDENTITY, params=VERSION).json()
    kind = "providers/Microsoft.ManagedIdentity/userAssignedIdentities"
    for scope in (GROUP, SUBSCRIPTION):
        assert arm.get(f"{scope}/{kind}", params=VERSION).json() == {"value": [made]}
    version = {"api-version": "2021-04-01"}
    short = {key: made[key] for key in ("id", "name", "type", "location")}
    assert arm.get(f"{GROUP}/resources", params=version).json() == {"value": [short]}
    one_type = {**version, "$filter": "resourceType eq 'Microsoft.KeyVault/vaults'"}
    assert arm.get(f"{SUBSCRIPTION}/resources", params=one_type).json() == {"value": []}


def test_a_filter_that_is_not_understood_is_refused(arm: TestClient) -> None:
    query = {"api-version": "2021-04-01", "$filter": "tagName eq 'a'"}
    answer = arm.get(f"{SUBSCRIPTION}/resources", params=query)
    assert refused(answer)[:2] == (400, "InvalidFilterInQueryString")


def test_deleting_twice_is_no_error(arm: TestClient) -> None:
    arm.put(IDENTITY, params=VERSION, json=BODY)
    assert arm.delete(IDENTITY, params=VERSION).status_code == 200
    assert arm.delete(IDENTITY, params=VERSION).status_code == 204


def test_deleting_a_resource_deletes_what_is_below_and_on_it(
    arm: TestClient, in_process: Cloud
) -> None:
    arm.put(IDENTITY, params=VERSION, json=BODY)
    credential = {"issuer": "i", "subject": "s", "audiences": ["a"]}
    arm.put(
        f"{IDENTITY}/federatedIdentityCredentials/fic",
        params=VERSION,
        json={"properties": credential},
    ).raise_for_status()
    role = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{SUBSCRIPTION_ID}"
    arm.put(
        f"{IDENTITY}/providers/Microsoft.Authorization/roleAssignments/{SUBSCRIPTION_ID}",
        params={"api-version": "2022-04-01"},
        json={"properties": {"principalId": SUBSCRIPTION_ID, "roleDefinitionId": role}},
    ).raise_for_status()
    arm.delete(IDENTITY, params=VERSION).raise_for_status()
    assert [key for key, _ in in_process.store.list(RESOURCE)] == [GROUP.lower()]


def test_an_unmatched_etag_is_refused(arm: TestClient) -> None:
    path = f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg"
    version = {"api-version": "2024-05-01"}
    etag = arm.put(path, params=version, json=BODY).headers["ETag"]
    for headers, status in (({"If-Match": '"x"'}, 412), ({"If-None-Match": "*"}, 412)):
        assert arm.put(path, params=version, json=BODY, headers=headers).status_code == status
    assert arm.put(path, params=version, json=BODY, headers={"If-Match": etag}).is_success


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_collection_can_only_be_read(arm: TestClient, method: str) -> None:
    path = f"{GROUP}/providers/Microsoft.Network/virtualNetworks"
    answer = arm.request(method, path, params={"api-version": "2024-05-01"}, json=BODY)
    assert refused(answer)[:2] == (405, "MethodNotAllowed")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"{IDENTITY}/dance"),
        ("GET", f"{GROUP}/providers/Microsoft.Resources/deployments/d"),
        ("GET", f"{SUBSCRIPTION}/tagNames"),
        ("GET", "/providers/Microsoft.Management/managementGroups"),
    ],
)
def test_what_localcloud_lacks_is_answered_with_501_and_recorded(
    arm: TestClient, in_process: Cloud, method: str, path: str
) -> None:
    arm.put(IDENTITY, params=VERSION, json=BODY)
    answer = arm.request(method, path, params=VERSION)
    assert refused(answer) == (
        501,
        "NotImplemented",
        f"localcloud's Azure Resource Manager has no {method} {path}",
    )
    assert in_process.monitor.unknown_routes == [f"Azure Resource Manager: {method} {path}"]


def test_many_writes_at_once_lose_nothing(arm: TestClient) -> None:
    network = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/v"
    version = {"api-version": "2024-05-01"}
    space = {"addressSpace": {"addressPrefixes": ["10.0.0.0/16"]}}
    arm.put(network, params=version, json={**BODY, "properties": space}).raise_for_status()

    def add(number: int) -> int:
        subnet = {"properties": {"addressPrefix": f"10.0.{number}.0/24"}}
        path = f"{network}/subnets/s{number}"
        return int(arm.put(path, params=version, json=subnet).status_code)

    with ThreadPoolExecutor(8) as workers:
        assert set(workers.map(add, range(16))) == {201}
    subnets = arm.get(network, params=version).json()["properties"]["subnets"]
    assert sorted(each["name"] for each in subnets) == sorted(f"s{n}" for n in range(16))


def test_a_change_that_fails_leaves_everything_as_it_was(
    arm: TestClient, in_process: Cloud
) -> None:
    fault = Fault(method="PROVISION", path=".*/id-1", status=503, code="ServiceDown", times=2)
    in_process.monitor.set_faults([fault])
    assert refused(arm.put(IDENTITY, params=VERSION, json=BODY))[:2] == (503, "ServiceDown")
    assert arm.head(IDENTITY, params=VERSION).status_code == 404
    in_process.monitor.set_faults([])
    before = arm.put(IDENTITY, params=VERSION, json=BODY).json()
    in_process.monitor.set_faults([fault])
    changed = {**BODY, "tags": {"a": "b"}}
    assert refused(arm.put(IDENTITY, params=VERSION, json=changed))[:2] == (503, "ServiceDown")
    assert arm.get(IDENTITY, params=VERSION).json() == before


def test_what_was_under_way_at_a_restart_has_failed_and_can_be_repeated(
    in_process: Cloud,
) -> None:
    """A server that dies in the middle of making a group leaves one that can be made again."""
    group = in_process.store.get(RESOURCE, GROUP.lower())
    assert group is not None
    group["properties"]["provisioningState"] = "Creating"
    in_process.store.put(RESOURCE, GROUP.lower(), group)
    under_way = {"resourceId": GROUP, "deletes": False, "status": "InProgress", "startTime": ""}
    in_process.store.put(OPERATION, "o-1", under_way)
    in_process.store.put(OPERATION, "o-2", {**under_way, "status": "Succeeded"})

    token = in_process.tokens.issue(ARM_AUDIENCE)
    arm = TestClient(create_app(in_process), headers={"Authorization": f"Bearer {token}"})

    version = {"api-version": "2024-03-01"}
    state = arm.get(GROUP, params=version).json()["properties"]["provisioningState"]
    operations = {key: value["status"] for key, value in in_process.store.list(OPERATION)}
    assert (state, operations) == ("Failed", {"o-1": "Failed"})
    again = arm.put(GROUP, params=version, json=BODY).json()
    assert again["properties"]["provisioningState"] == "Succeeded"
