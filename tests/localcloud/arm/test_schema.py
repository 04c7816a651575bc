"""Bodies are checked against the vendors' shapes before anything else happens."""

from __future__ import annotations

from typing import Any

from localcloud.arm import schema

ACCOUNT = "Microsoft.Storage/storageAccounts"
COMPUTE = "Microsoft.MachineLearningServices/workspaces/computes"


def checked(type_name: str, body: dict[str, Any], method: str = "PUT") -> tuple[Any, list[str]]:
    return schema.load(type_name.split("/", maxsplit=1)[0]).clean(type_name, method, body)


def account(**extra: Any) -> dict[str, Any]:
    return {
        "location": "westeurope",
        "kind": "StorageV2",
        "sku": {"name": "Standard_LRS"},
        **extra,
    }


def test_a_good_body_passes_as_it_is() -> None:
    body = account(properties={"isHnsEnabled": False}, tags={"a": "b"})
    assert checked(ACCOUNT, body) == (body, [])


def test_an_unknown_property_is_named_with_the_known_ones() -> None:
    _, problems = checked(ACCOUNT, account(sku={"name": "Standard_LRS", "tyre": "Hot"}))
    assert problems == ["unknown property 'sku.tyre'; known here: name"]


def test_a_mistyped_property_is_named_with_the_type_it_should_have() -> None:
    body = account(properties={"isHnsEnabled": "yes"}, tags=["a"])
    assert checked(ACCOUNT, body)[1] == [
        "property 'properties.isHnsEnabled' must be a boolean, not \"yes\"",
        "property 'tags' must be an object, not [\"a\"]",
    ]


def test_a_boolean_is_no_integer() -> None:
    body = {"location": "x", "properties": {"retentionInDays": True}}
    problems = checked("Microsoft.OperationalInsights/workspaces", body)[1]
    assert problems == ["property 'properties.retentionInDays' must be an integer, not true"]


def test_missing_required_properties_are_all_named() -> None:
    assert checked(ACCOUNT, {"location": "westeurope"})[1] == [
        "required property 'kind' is missing",
        "required property 'sku' is missing",
    ]


def test_a_patch_requires_nothing() -> None:
    assert checked(ACCOUNT, {"tags": {"a": "b"}}, "PATCH") == ({"tags": {"a": "b"}}, [])


def test_read_only_properties_are_ignored() -> None:
    body = account(id="x", properties={"provisioningState": "Succeeded", "creationTime": "now"})
    assert checked(ACCOUNT, body) == (account(properties={}), [])


def test_a_null_is_as_good_as_absent() -> None:
    assert checked(ACCOUNT, account(tags=None)) == (account(), [])


def test_property_names_and_known_values_get_the_case_of_the_api() -> None:
    body = {"LOCATION": "westeurope", "Kind": "storagev2", "sku": {"Name": "standard_lrs"}}
    assert checked(ACCOUNT, body) == (account(), [])


def test_an_unknown_value_is_named_with_the_known_ones() -> None:
    problems = checked(ACCOUNT, account(properties={"accessTier": "Tepid"}))[1]
    assert problems == [
        "property 'properties.accessTier' is 'Tepid'; allowed: Hot, Cool, Premium, Cold"
    ]


def test_a_discriminated_model_is_checked_as_its_kind() -> None:
    good = {"properties": {"computeType": "Databricks", "resourceId": "x"}}
    assert checked(COMPUTE, good) == (good, [])
    other = {"properties": {"computeType": "AmlCompute"}}
    assert checked(COMPUTE, other)[1] == [
        "property 'properties.computeType' is 'AmlCompute'; supported: Databricks"
    ]


def test_properties_behind_a_discriminator_are_found() -> None:
    shapes = schema.load("Microsoft.MachineLearningServices")
    assert shapes.has(COMPUTE, "properties", "provisioningState")
    assert shapes.read_only(COMPUTE, "properties", "provisioningState")
    assert not shapes.read_only(COMPUTE, "properties", "resourceId")
    assert not shapes.has(COMPUTE, "properties", "nonsense")
