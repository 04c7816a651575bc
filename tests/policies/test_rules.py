"""Each rule on a resource that keeps it and on one that breaks it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from pulumi_policy import (
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
)

from policies import rules
from policies.violation import Check

TAGS = {"project": "dataopsml", "environment": "dev", "managed-by": "pulumi"}
PREMIUM = {
    "sku": {"name": "premium"},
    "computeMode": "Hybrid",
    "parameters": {"enableNoPublicIp": {"value": True}},
}
SAFE = {"minimumTlsVersion": "TLS1_2", "enableHttpsTrafficOnly": True}
COMPUTE = "azure-native:machinelearningservices:Compute"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A resource as a program wants it."""

    type: str
    props: Mapping[str, Any] = field(default_factory=dict)
    stack: str = "dev"
    protect: bool = False
    secret_outputs: tuple[str, ...] = ()
    provider: str = "databricks-provider"

    def args(self) -> ResourceValidationArgs:
        options = PolicyResourceOptions(
            protect=self.protect,
            ignore_changes=[],
            delete_before_replace=None,
            aliases=[],
            custom_timeouts=PolicyCustomTimeouts(0, 0, 0),
            additional_secret_outputs=list(self.secret_outputs),
        )
        urn = f"urn:pulumi:{self.stack}::dataopsml::{self.type}::it"
        provider = PolicyProviderResource("pulumi:providers:databricks", {}, "", self.provider)
        return ResourceValidationArgs(self.type, self.props, urn, "it", options, provider)


CASES: list[tuple[Check, Wanted, Wanted, list[str]]] = [
    (
        rules.no_public_blobs,
        Wanted(type=rules.STORAGE_ACCOUNT, props={"allowBlobPublicAccess": False}),
        Wanted(type=rules.STORAGE_ACCOUNT),
        ["allowBlobPublicAccess"],
    ),
    (
        rules.no_public_blobs,
        Wanted(type=rules.BLOB_CONTAINER, props={"publicAccess": "None"}),
        Wanted(type=rules.BLOB_CONTAINER, props={"publicAccess": "Blob"}),
        ["publicAccess"],
    ),
    (
        rules.secure_transport,
        Wanted(type=rules.STORAGE_ACCOUNT, props=SAFE),
        Wanted(
            type=rules.STORAGE_ACCOUNT,
            props={"minimumTlsVersion": "TLS1_0", "enableHttpsTrafficOnly": False},
        ),
        ["minimumTlsVersion", "enableHttpsTrafficOnly"],
    ),
    (
        rules.no_registry_admin,
        Wanted(type=rules.REGISTRY, props={"adminUserEnabled": False}),
        Wanted(type=rules.REGISTRY, props={"adminUserEnabled": True}),
        ["adminUserEnabled"],
    ),
    (
        rules.secure_databricks,
        Wanted(type=rules.DATABRICKS_WORKSPACE, props=PREMIUM),
        Wanted(type=rules.DATABRICKS_WORKSPACE, props={"sku": {"name": "standard"}}),
        ["sku.name", "computeMode", "parameters.enableNoPublicIp.value"],
    ),
    (
        rules.secrets_are_marked,
        Wanted(type=COMPUTE, secret_outputs=("properties",)),
        Wanted(type=COMPUTE),
        ["additionalSecretOutputs"],
    ),
    (
        rules.tags_are_present,
        Wanted(type=rules.POOL, props={"customTags": TAGS}),
        Wanted(type=rules.POOL, props={"customTags": {"project": "dataopsml"}}),
        ["customTags"],
    ),
    (
        rules.explicit_databricks_provider,
        Wanted(type=rules.TOKEN),
        Wanted(type=rules.TOKEN, provider="default_1_91_1"),
        ["provider"],
    ),
    (
        rules.bounded_tokens,
        Wanted(type=rules.TOKEN, props={"lifetimeSeconds": 90 * rules.SECONDS_PER_DAY}),
        Wanted(type=rules.TOKEN, props={"lifetimeSeconds": 731 * rules.SECONDS_PER_DAY}),
        ["lifetimeSeconds"],
    ),
    (
        rules.bounded_tokens,
        Wanted(type=COMPUTE),
        Wanted(type=rules.TOKEN),
        ["lifetimeSeconds"],
    ),
    (
        rules.prod_is_protected,
        Wanted(type=rules.VAULT, stack="prod", protect=True),
        Wanted(type=rules.VAULT, stack="prod"),
        ["protect"],
    ),
    (
        rules.prod_is_protected,
        Wanted(type=rules.VAULT, stack="dev"),
        Wanted(type=rules.STORAGE_ACCOUNT, stack="prod"),
        ["protect"],
    ),
]


@pytest.mark.parametrize(
    ("check", "good", "bad", "broken"),
    CASES,
    ids=[f"{case[0].__name__}-{number}" for number, case in enumerate(CASES)],
)
def test_a_rule_passes_what_keeps_it_and_names_what_breaks_it(
    check: Check, good: Wanted, bad: Wanted, broken: list[str]
) -> None:
    assert list(check(good.args())) == []
    assert [violation.property for violation in check(bad.args())] == broken


def test_every_rule_has_a_case() -> None:
    tested = {case[0].__doc__ for case in CASES}

    assert {policy.description for policy in rules.POLICIES} == tested


def test_a_message_names_resource_property_value_rule_and_fix() -> None:
    wanted = Wanted(type=rules.REGISTRY, props={"adminUserEnabled": True}).args()
    [violation] = rules.no_registry_admin(wanted)

    assert violation.of(wanted) == (
        "azure-native:containerregistry:Registry 'it': adminUserEnabled is True; "
        "rule: no admin user with a shared password; fix: admin_user_enabled=False"
    )
