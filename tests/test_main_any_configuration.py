"""Any configuration at all: a whole program that Azure takes, or one error; never a traceback.

The whole program is evaluated for a few; ``PROGRAMS=1000 python -m pytest
tests/test_main_any_configuration.py`` evaluates a thousand, in about 25 minutes.
"""

from __future__ import annotations

import os
from ipaddress import IPv4Network
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from infra import naming
from infra.runtimes import RUNTIMES
from infra.settings import Settings
from infra.settings_errors import SettingsError
from stack_outputs import StackOutputs
from tests.infra.examples import configured, declared_settings, raw
from tests.infra.harness import Deployment, deploy
from tests.test_main import INVENTORY, run_main

NAMED = {
    "azure-native:applicationinsights:Component": ("resourceName", naming.APPLICATION_INSIGHTS),
    "azure-native:containerregistry:Registry": ("registryName", naming.CONTAINER_REGISTRY),
    "azure-native:databricks:Workspace": ("workspaceName", naming.DATABRICKS_WORKSPACE),
    "azure-native:keyvault:Vault": ("vaultName", naming.KEY_VAULT),
    "azure-native:machinelearningservices:Workspace": ("workspaceName", naming.ML_WORKSPACE),
    "azure-native:network:NatGateway": ("natGatewayName", naming.NAT_GATEWAY),
    "azure-native:network:NetworkSecurityGroup": (
        "networkSecurityGroupName",
        naming.NETWORK_SECURITY_GROUP,
    ),
    "azure-native:network:PublicIPAddress": ("publicIpAddressName", naming.PUBLIC_IP_ADDRESS),
    "azure-native:network:VirtualNetwork": ("virtualNetworkName", naming.VIRTUAL_NETWORK),
    "azure-native:operationalinsights:Workspace": ("workspaceName", naming.LOG_ANALYTICS),
    "azure-native:resources:ResourceGroup": ("resourceGroupName", naming.RESOURCE_GROUP),
    "azure-native:storage:StorageAccount": ("accountName", naming.STORAGE_ACCOUNT),
    "databricks:index/instancePool:InstancePool": ("instancePoolName", naming.INSTANCE_POOL),
}
"""Types whose names carry the base name: the input that is the name, and Azure's limit on it."""

RUNTIME_KEYS = [
    f"{runtime.number}.x-{variant}scala{scala}"
    for runtime in RUNTIMES
    for scala in runtime.scala
    for variant in ("", "photon-")
]
LOWER, DIGITS = "abcdefghijklmnopqrstuvwxyz", "0123456789"
VNETS = st.builds(
    lambda address, length: IPv4Network((address, length), strict=False),
    st.integers(min_value=0x0A000000, max_value=0x0AFFFFFF),
    st.integers(min_value=16, max_value=24),
)
BOOLEANS = st.sampled_from(["true", "false"])
READERS = st.dictionaries(
    st.uuids().map(str), st.sampled_from(["User", "Group", "ServicePrincipal"]), max_size=3
)
TAGS = st.dictionaries(
    st.text(alphabet=LOWER, min_size=1, max_size=9).map("x-{}".format),
    st.text(max_size=256),
    max_size=5,
)


def _numbers(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(str)


@st.composite
def good_configurations(draw: st.DrawFn) -> dict[str, str]:
    """Every key, in all its range."""
    base = draw(st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True))
    lifetime = draw(st.integers(1, 730))
    capacity = draw(st.integers(2, 1000))
    return {
        "baseName": base,
        "environment": draw(st.text(alphabet=LOWER + DIGITS, min_size=1, max_size=20 - len(base))),
        "location": draw(st.sampled_from(["westeurope", "eastus2", "northeurope"])),
        "vnetAddressSpace": str(draw(VNETS)),
        "databricksAuthType": draw(
            st.sampled_from(["azure-cli", "azure-client-secret", "azure-msi", "github-oidc-azure"])
        ),
        "tokenLifetimeDays": str(lifetime),
        "tokenRenewBeforeDays": draw(_numbers(0, lifetime - 1)),
        "sparkVersion": draw(st.sampled_from(RUNTIME_KEYS)),
        "poolMaxCapacity": str(capacity),
        "poolMinIdleInstances": draw(_numbers(0, min(capacity, 100))),
        "poolIdleMinutes": draw(_numbers(0, 10_000)),
        "clusterMode": draw(st.sampled_from(["job", "singleUser"])),
        "clusterWorkers": draw(_numbers(1, min(capacity - 1, 999))),
        "clusterIdleMinutes": draw(_numbers(10, 10_000)),
        "mlPublicAccess": draw(BOOLEANS),
        "defaultDatastoreAuth": draw(st.sampled_from(["identity", "accessKey"])),
        "logRetentionDays": draw(_numbers(30, 730)),
        "vaultRecoveryDays": draw(_numbers(7, 90)),
        "vaultPurgeProtection": draw(BOOLEANS),
        "blobRecoveryDays": draw(_numbers(0, 365)),
        "dataReaders": raw(draw(READERS)),
        "protectData": draw(BOOLEANS),
        "portalUrl": draw(st.sampled_from(["", "https://portal.azure.us"])),
        "owner": draw(st.text(max_size=256)),
        "commit": draw(st.from_regex(r"([0-9a-f]{7,40})?", fullmatch=True)),
        "tags": raw(draw(TAGS)),
    }


def _expected(config: dict[str, str]) -> list[tuple[str, str]]:
    """Type and name of every resource that a configuration asks for."""
    found = list(INVENTORY)
    if config["clusterMode"] == "singleUser":
        found.append(("databricks:index/cluster:Cluster", "jobs-cluster"))
    found += [
        ("azure-native:authorization:RoleAssignment", f"training-reader-{reader}")
        for reader in Settings.from_config(configured(**config), "dev").data_readers
    ]
    return sorted(found)


def _names(deployed: Deployment) -> list[tuple[naming.NameLimit, str]]:
    found: list[tuple[naming.NameLimit, str]] = []
    for resource in deployed.resources:
        if resource.type in NAMED:
            key, limit = NAMED[resource.type]
            found.append((limit, resource.inputs.plain[key]))
    return found


@settings(max_examples=int(os.environ.get("PROGRAMS", "8")), deadline=None)
@given(config=good_configurations())
def test_a_good_one_gives_a_whole_program_whose_names_azure_takes(config: dict[str, str]) -> None:
    deployed = deploy(run_main, config=configured(**config))

    names = _names(deployed)
    assert [(found.type, found.name) for found in deployed.resources] == _expected(config)
    assert [(limit.kind, name) for limit, name in names if not limit.accepts(name)] == []
    assert len(names) == len(NAMED) + 1
    assert set(deployed.exports.plain) == set(StackOutputs.names())


ODD = st.one_of(
    st.text(max_size=30),
    st.integers().map(str),
    st.floats().map(str),
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
        max_leaves=5,
    ).map(raw),
)


@settings(max_examples=200, deadline=None)
@given(
    odd=st.dictionaries(
        st.sampled_from([key.partition(":")[2] for key in declared_settings()]), ODD, max_size=6
    )
)
def test_odd_values_give_settings_or_one_error_that_names_odd_keys_only(
    odd: dict[str, Any],
) -> None:
    config = configured(**{"baseName": "sample", **odd})
    try:
        accepted = Settings.from_config(config, "dev")
    except SettingsError as refused:
        lines = str(refused).splitlines()
        keys = [line.strip() for line in lines[1:] if line[:3].strip() and line[:2] == "  "]
        named = {line.partition(":")[0].partition(".")[0] for line in keys}
        assert lines[0] == "the configuration of stack 'dev' can't be used:"
        assert named
        # A key may be refused for what another one says: pairs that have to fit each other.
        pairs = {
            "environment": {"baseName"},
            "poolMaxCapacity": {"poolMinIdleInstances"},
            "clusterWorkers": {"poolMaxCapacity", "clusterMode"},
            "tokenRenewBeforeDays": {"tokenLifetimeDays"},
            "publicSubnet": {"vnetAddressSpace"},
            "privateSubnet": {"vnetAddressSpace", "publicSubnet"},
            "tags": {"owner", "commit"},
        }
        assert {key for key in named if not {key, *pairs.get(key, ())} & odd.keys()} == set()
    else:
        assert list(accepted.names.violations()) == []
