"""Names of resources and Azure's limits on them."""

from __future__ import annotations

import pytest

from infra import naming
from infra.naming import NameLimit, ResourceNames


def test_names_are_the_documented_ones() -> None:
    assert ResourceNames.compose("sample", "dev") == ResourceNames(
        resource_group="rg-sample-dev-main",
        virtual_network="vnet-sample-dev",
        network_security_group="nsg-sample-dev-databricks",
        nat_gateway="nat-sample-dev",
        public_ip_address="pip-sample-dev-nat",
        log_analytics="log-sample-dev",
        application_insights="appinsights-sample-dev",
        key_vault="kv-sample-dev",
        ml_storage_account="stsampledev",
        container_registry="acrsampledev",
        ml_workspace="aml-sample-dev",
        training_storage_account="stsampletrdev",
        databricks_workspace="dbricks-sample-dev",
        databricks_resource_group="rg-sample-dev-databricks",
        instance_pool="pool-sample-dev",
    )


@pytest.mark.parametrize(("base", "environment"), [("a", "b"), ("abcdefghij", "0123456789")])
def test_the_shortest_and_the_longest_names_fit(base: str, environment: str) -> None:
    assert list(ResourceNames.compose(base, environment).violations()) == []


def test_one_character_more_breaks_the_two_tightest_limits() -> None:
    names = ResourceNames.compose("abcdefghij", "0123456789x")

    assert list(names.violations()) == [
        "key vault 'kv-abcdefghij-0123456789x': 25 characters, "
        "allowed are 3-24 that match [a-zA-Z](-?[a-zA-Z0-9])*",
        "storage account 'stabcdefghijtr0123456789x': 25 characters, "
        "allowed are 3-24 that match [a-z0-9]+",
    ]


@pytest.mark.parametrize(
    ("limit", "accepted", "refused"),
    [
        (naming.STORAGE_ACCOUNT, ["abc", "a" * 24], ["ab", "a" * 25, "Abc", "a-b", "abc\n"]),
        (naming.KEY_VAULT, ["kv1", "k-v"], ["1kv", "k--v", "kv-", "k_v", "a" * 25]),
        (naming.CONTAINER_REGISTRY, ["acr12"], ["acr1", "acr-1", "a" * 51]),
        (naming.ML_WORKSPACE, ["aml", "a_b-c", "a" * 33], ["am", "-ab", "a" * 34, "a.b"]),
        (naming.DATABRICKS_WORKSPACE, ["d-b", "d" * 64], ["db", "d" * 65, "d.b"]),
        (naming.LOG_ANALYTICS, ["log1", "l" * 63], ["log", "l" * 64, "-log", "log-"]),
        (naming.RESOURCE_GROUP, ["rg", "r" * 90], ["r" * 91, "rg.", "rg/1"]),
        (naming.VIRTUAL_NETWORK, ["vn", "v" * 64], ["v", "v" * 65, "vn-"]),
        (naming.INSTANCE_POOL, ["p", "p" * 99], ["", "p" * 100]),
    ],
    ids=lambda value: value.kind if isinstance(value, NameLimit) else "",
)
def test_limits_accept_and_refuse_what_azure_does(
    limit: NameLimit, accepted: list[str], refused: list[str]
) -> None:
    assert [name for name in accepted if not limit.accepts(name)] == []
    assert [name for name in refused if limit.accepts(name)] == []
