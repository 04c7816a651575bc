"""The stack's configuration: what is taken, and how the rest is refused."""

from __future__ import annotations

import re
from ipaddress import IPv4Network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.address_plan import AddressPlan
from infra.plans import DatabricksAccess, DataOptions, Machines, MlOptions, Pages, TokenLife
from infra.settings import PROJECT, Settings
from infra.settings_errors import SettingsError
from tests.infra.examples import configured, declared_settings, raw, stack_config

READER = "00000000-0000-0000-0000-0000000000cc"


def refusal(stack: str = "dev", **values: str) -> str:
    """The message that these values get."""
    with pytest.raises(SettingsError) as refused:
        Settings.from_config(configured(**values), stack)
    return str(refused.value)


def test_only_the_base_name_must_be_given() -> None:
    assert Settings.from_config(configured(baseName="sample"), "dev").model_dump() == {
        "base_name": "sample",
        "environment": "dev",
        "location": "westeurope",
        "vnet_address_space": IPv4Network("10.10.0.0/16"),
        "public_subnet": None,
        "private_subnet": None,
        "databricks_auth_type": "azure-cli",
        "ready_answers": 5,
        "ready_interval_seconds": 5,
        "ready_limit_minutes": 20,
        "token_lifetime_days": 90,
        "token_renew_before_days": 30,
        "spark_version": "15.4.x-scala2.12",
        "node_type": "Standard_D4ds_v5",
        "pool_min_idle_instances": 0,
        "pool_max_capacity": 4,
        "pool_idle_minutes": 15,
        "cluster_mode": "job",
        "cluster_workers": 1,
        "cluster_idle_minutes": 20,
        "ml_public_access": True,
        "default_datastore_auth": "identity",
        "log_retention_days": 30,
        "vault_recovery_days": 7,
        "vault_purge_protection": False,
        "blob_recovery_days": 7,
        "data_readers": {},
        "protect_data": False,
        "portal_url": "https://portal.azure.com",
        "studio_url": "https://ml.azure.com",
        "owner": "",
        "commit": "",
        "tags": {},
    }


def test_every_key_can_be_set() -> None:
    config = configured(
        baseName="a",
        environment="test1",
        location="northeurope",
        vnetAddressSpace="192.168.0.0/20",
        publicSubnet="192.168.0.0/26",
        privateSubnet="192.168.8.0/22",
        databricksAuthType="github-oidc-azure",
        readyAnswers="3",
        readyIntervalSeconds="10",
        readyLimitMinutes="2",
        tokenLifetimeDays="7",
        tokenRenewBeforeDays="2",
        sparkVersion="16.4.x-photon-scala2.13",
        nodeType="Standard_E8ds_v5",
        poolMinIdleInstances="2",
        poolMaxCapacity="2",
        poolIdleMinutes="0",
        clusterMode="singleUser",
        clusterWorkers="1",
        clusterIdleMinutes="30",
        mlPublicAccess="false",
        defaultDatastoreAuth="accessKey",
        logRetentionDays="365",
        vaultRecoveryDays="90",
        vaultPurgeProtection="true",
        blobRecoveryDays="0",
        dataReaders=raw({READER: "Group"}),
        protectData="true",
        portalUrl="https://portal.azure.us",
        studioUrl="",
        owner="data team",
        commit="0123abc",
        tags='{"cost": "42"}',
    )

    found = Settings.from_config(config, "dev")

    assert found.model_dump() == {
        "base_name": "a",
        "environment": "test1",
        "location": "northeurope",
        "vnet_address_space": IPv4Network("192.168.0.0/20"),
        "public_subnet": IPv4Network("192.168.0.0/26"),
        "private_subnet": IPv4Network("192.168.8.0/22"),
        "databricks_auth_type": "github-oidc-azure",
        "ready_answers": 3,
        "ready_interval_seconds": 10,
        "ready_limit_minutes": 2,
        "token_lifetime_days": 7,
        "token_renew_before_days": 2,
        "spark_version": "16.4.x-photon-scala2.13",
        "node_type": "Standard_E8ds_v5",
        "pool_min_idle_instances": 2,
        "pool_max_capacity": 2,
        "pool_idle_minutes": 0,
        "cluster_mode": "singleUser",
        "cluster_workers": 1,
        "cluster_idle_minutes": 30,
        "ml_public_access": False,
        "default_datastore_auth": "accessKey",
        "log_retention_days": 365,
        "vault_recovery_days": 90,
        "vault_purge_protection": True,
        "blob_recovery_days": 0,
        "data_readers": {READER: "Group"},
        "protect_data": True,
        "portal_url": "https://portal.azure.us",
        "studio_url": "",
        "owner": "data team",
        "commit": "0123abc",
        "tags": {"cost": "42"},
    }


def test_components_get_their_settings_in_groups() -> None:
    found = Settings.from_config(configured(baseName="a", environment="test1"), "dev")

    assert found.names.key_vault == "kv-a-test1"
    assert found.addresses == AddressPlan(
        vnet=IPv4Network("10.10.0.0/16"),
        public_subnet=IPv4Network("10.10.0.0/18"),
        private_subnet=IPv4Network("10.10.64.0/18"),
    )
    assert found.databricks_access == DatabricksAccess(
        auth_type="azure-cli", good_answers=5, interval_seconds=5, limit_seconds=1200
    )
    assert found.machines == Machines(
        spark_version="15.4.x-scala2.12",
        node_type="Standard_D4ds_v5",
        min_idle_instances=0,
        max_capacity=4,
        idle_minutes=15,
    )
    assert found.ml_options == MlOptions(
        public_access=True,
        default_datastores_by_identity=True,
        log_retention_days=30,
        vault_recovery_days=7,
        vault_purge_protection=False,
        blob_recovery_days=7,
    )
    assert found.data_options == DataOptions(readers={}, recovery_days=7)
    assert found.token_life == TokenLife(lifetime_days=90, renew_before_days=30)
    assert found.pages == Pages(portal="https://portal.azure.com", studio="https://ml.azure.com")


def test_tags_are_the_programs_own_and_the_configured_ones() -> None:
    plain = Settings.from_config(configured(baseName="a"), "dev")
    config = configured(baseName="a", owner="data team", commit="0123abc", tags='{"cost": "42"}')

    assert plain.all_tags == {
        "project": "dataopsml",
        "environment": "dev",
        "managed-by": "pulumi",
    }
    assert Settings.from_config(config, "dev").all_tags == plain.all_tags | {
        "owner": "data team",
        "commit": "0123abc",
        "cost": "42",
    }


@pytest.mark.parametrize(
    ("public", "private", "key", "rule", "fix"),
    [
        ("10.10.0.0/27", "", "publicSubnet", "a range of /26 or larger", "10.10.0.0/18"),
        ("10.11.0.0/18", "", "publicSubnet", "inside vnetAddressSpace, 10.10.0.0/16", "10.10.0.0"),
        ("10.10.0.0/15", "", "publicSubnet", "inside vnetAddressSpace", "10.10.0.0/18"),
        ("10.10.0.1/18", "", "publicSubnet", "no host bits set", "10.10.0.0/18"),
        ("", "10.10.0.0/24", "privateSubnet", "does not overlap", "10.10.64.0/18"),
        ("10.10.64.0/18", "", "privateSubnet", "subnet, 10.10.64.0/18", "10.10.0.0/18"),
        ("10.10.0.0/17", "10.10.64.0/18", "privateSubnet", "10.10.0.0/17", "10.10.128.0/18"),
    ],
)
def test_a_subnet_that_does_not_fit_is_refused_with_one_that_does(
    public: str, private: str, key: str, rule: str, fix: str
) -> None:
    problem = refusal(baseName="sample", publicSubnet=public, privateSubnet=private).splitlines()[
        1:
    ]

    given = public if key == "publicSubnet" else private
    assert problem[0] == f"  {key}: " + (repr(given) if given else "not set")
    assert rule in problem[1]
    assert problem[2].startswith(f"    fix:  pulumi config set --stack dev {key} {fix}")
    assert len(problem) == 3


def test_all_problems_of_the_network_are_told_at_once() -> None:
    message = refusal(
        baseName="sample",
        vnetAddressSpace="10.0.0.0/8",
        publicSubnet="10.0.0.0/27",
        privateSubnet="ten",
    )

    assert _keys(message) == ["vnetAddressSpace", "publicSubnet", "privateSubnet"]


def test_keys_of_providers_are_left_alone() -> None:
    config = configured(baseName="sample") | {"azure-native:location": "nowhere"}

    assert Settings.from_config(config, "dev").location == "westeurope"


@pytest.mark.parametrize(
    ("key", "value", "rule", "fix"),
    [
        ("baseName", "1abc", "starting with a letter", "set --stack dev baseName sample"),
        ("baseName", "My-Base", "lowercase", "set --stack dev baseName sample"),
        ("baseName", "abcdefghijk", "1-10", "set --stack dev baseName sample"),
        ("baseName", "abc\n", "1-10", "set --stack dev baseName sample"),
        ("environment", "Test", "lowercase letters and digits", "set --stack dev environment dev"),
        ("location", "West Europe", "short form", "set --stack dev location westeurope"),
        ("vnetAddressSpace", "10.0.0.0/8", "from /16 to /24", "vnetAddressSpace 10.10.0.0/16"),
        ("vnetAddressSpace", "10.0.0.0/25", "from /16 to /24", "vnetAddressSpace 10.10.0.0/16"),
        ("vnetAddressSpace", "10.0.0.1/16", "no host bits", "vnetAddressSpace 10.10.0.0/16"),
        ("vnetAddressSpace", "ten", "CIDR", "vnetAddressSpace 10.10.0.0/16"),
        ("databricksAuthType", "basic", "one of azure-cli", "databricksAuthType azure-cli"),
        ("tokenLifetimeDays", "0", "1-730", "tokenLifetimeDays 90"),
        ("tokenLifetimeDays", "731", "1-730", "tokenLifetimeDays 90"),
        ("tokenLifetimeDays", "1.5", "whole number", "tokenLifetimeDays 90"),
        ("tokenLifetimeDays", "many", "whole number", "tokenLifetimeDays 90"),
        ("tokenRenewBeforeDays", "90", "less than tokenLifetimeDays, 90", "BeforeDays 30"),
        ("sparkVersion", "3.5.0", "long-term support: 13.3.x-scala2.12", "15.4.x-scala2.12"),
        ("sparkVersion", "15.3.x-scala2.12", "long-term support", "sparkVersion 15.4.x-scala2.12"),
        ("sparkVersion", "17.3.x-scala2.12", "long-term support", "sparkVersion 17.3.x-scala2.13"),
        ("readyAnswers", "0", "1-100", "readyAnswers 5"),
        ("readyIntervalSeconds", "61", "1-60", "readyIntervalSeconds 5"),
        ("readyLimitMinutes", "0", "1-120", "readyLimitMinutes 20"),
        ("mlPublicAccess", "maybe", "true or false", "mlPublicAccess true"),
        ("defaultDatastoreAuth", "key", "identity or accessKey", "defaultDatastoreAuth identity"),
        ("logRetentionDays", "29", "30-730", "logRetentionDays 30"),
        ("vaultRecoveryDays", "6", "7-90", "vaultRecoveryDays 7"),
        ("vaultPurgeProtection", "on-ish", "true or false", "vaultPurgeProtection false"),
        ("blobRecoveryDays", "366", "0-365", "blobRecoveryDays 7"),
        ("dataReaders", "me", "Entra object id", "rm --stack dev dataReaders"),
        ("protectData", "perhaps", "true or false", "protectData false"),
        ("portalUrl", "http://portal", "https address", "portalUrl https://portal.azure.com"),
        ("studioUrl", "https://ml/x", "https address", "studioUrl https://ml.azure.com"),
        ("commit", "main", "7-40 hexadecimal digits", "commit $(git rev-parse HEAD)"),
        ("nodeType", "D4", "Standard_<size>", "nodeType Standard_D4ds_v5"),
        ("poolMinIdleInstances", "-1", "0-100", "poolMinIdleInstances 0"),
        ("poolMaxCapacity", "0", "1-1000", "poolMaxCapacity 4"),
        ("poolIdleMinutes", "10001", "0-10000", "poolIdleMinutes 15"),
        ("clusterMode", "shared", "job or singleUser", "clusterMode job"),
        ("clusterWorkers", "0", "1-999", "clusterWorkers 1"),
        ("clusterIdleMinutes", "9", "10-10000", "clusterIdleMinutes 20"),
        ("tags", "owner=me", "text of at most 256", "rm --stack dev tags"),
    ],
)
def test_a_bad_value_is_refused_with_its_key_value_rule_and_remedy(
    key: str, value: str, rule: str, fix: str
) -> None:
    message = refusal(**{"baseName": "sample", key: value})

    assert message.startswith("the configuration of stack 'dev' can't be used:\n")
    problem = message.splitlines()[1:]
    assert problem[0] == f"  {key}: {value!r}"
    assert problem[1].startswith("    rule: ")
    assert rule in problem[1]
    assert problem[2].startswith("    fix:  pulumi config ")
    assert problem[2].endswith(fix)
    assert len(problem) == 3


def test_the_stacks_name_is_checked_where_it_is_the_environment() -> None:
    assert "  environment: 'my-stack'\n" in refusal(stack="my-stack", baseName="sample")
    config = configured(baseName="sample", environment="mine")
    assert Settings.from_config(config, "my-stack").environment == "mine"


def test_composed_names_that_are_too_long_are_all_named() -> None:
    message = refusal(stack="production99", baseName="abcdefghij")

    assert "  environment: 'production99'\n" in message
    assert "key vault 'kv-abcdefghij-production99': 26 characters, allowed are 3-24" in message
    assert "storage account 'stabcdefghijtrproduction99': 26 characters" in message
    assert "pulumi config set --stack production99 environment dev" in message


def test_a_declared_cluster_larger_than_its_pool_is_refused_with_a_size_that_fits() -> None:
    found = refusal(baseName="sample", clusterMode="singleUser", clusterWorkers="4")
    assert found.splitlines()[1:] == [
        "  clusterWorkers: '4'",
        "    rule: less than poolMaxCapacity, 4: the driver takes a machine too",
        "    fix:  pulumi config set --stack dev clusterWorkers 3",
    ]


def test_a_pool_of_one_machine_is_too_small_for_a_declared_cluster() -> None:
    found = refusal(baseName="sample", clusterMode="singleUser", poolMaxCapacity="1")
    assert found.splitlines()[2] == (
        "    rule: less than poolMaxCapacity, 1: the driver takes a machine too; "
        "so poolMaxCapacity must be 2 at least"
    )


def test_a_pool_smaller_than_its_idle_machines_is_refused_with_a_size_that_fits() -> None:
    assert refusal(baseName="sample", poolMinIdleInstances="5").splitlines()[1:] == [
        "  poolMaxCapacity: '4'",
        "    rule: at least poolMinIdleInstances, 5",
        "    fix:  pulumi config set --stack dev poolMaxCapacity 5",
    ]


@pytest.mark.parametrize(
    ("tags", "problem"),
    [
        ('{"a<b": "c"}', "  tags.a<b: 'a<b'"),
        ('{"cost": 5}', "  tags.cost: 5"),
        ('{"long": "' + "x" * 257 + '"}', "  tags.long: '" + "x" * 257 + "'"),
        ('{"Project": "mine"}', "  tags.Project: 'Project'"),
        ('{"owner": "me"}', "  tags.owner: 'owner'"),
    ],
)
def test_a_bad_tag_is_named(tags: str, problem: str) -> None:
    assert refusal(baseName="sample", tags=tags).splitlines()[1] == problem


def test_more_tags_than_azure_takes_are_refused() -> None:
    tags = {f"tag{number}": "x" for number in range(46)}

    assert "at most 45 tags" in refusal(baseName="sample", tags=raw(tags))
    del tags["tag0"]
    config = configured(baseName="sample", tags=raw(tags), owner="me", commit="0123abc")
    assert len(Settings.from_config(config, "dev").all_tags) == 50


@pytest.mark.parametrize("unset", ["", None])
def test_a_key_that_is_not_set_is_named(unset: str | None) -> None:
    config = configured(baseName="")
    if unset is None:
        del config["dataopsml:baseName"]

    with pytest.raises(SettingsError) as refused:
        Settings.from_config(config, "dev")

    assert str(refused.value).splitlines()[1:] == [
        "  baseName: not set",
        "    rule: 1-10 lowercase letters and digits, starting with a letter",
        "    fix:  pulumi config set --stack dev baseName sample",
    ]


def test_an_unknown_key_is_refused_with_the_key_it_may_stand_for() -> None:
    assert refusal(baseName="sample", poolMaxCapacty="9").splitlines()[1:] == [
        "  poolMaxCapacty: no such key, did you mean poolMaxCapacity?",
        "    fix:  pulumi config rm --stack dev poolMaxCapacty",
    ]


def test_the_value_under_an_unknown_key_is_never_shown() -> None:
    message = refusal(baseName="sample", adminPassword="hunter2")

    assert message.splitlines()[1] == "  adminPassword: no such key"
    assert "hunter2" not in message


def test_all_bad_keys_are_reported_at_once() -> None:
    message = refusal(
        stack="Bad-Stack",
        location="West Europe",
        tokenLifetimeDays="many",
        sparkVersion="latest",
        nodeType="D4",
        tags='{"cost": 5}',
        region="x",
    )

    assert _keys(message) == [
        "baseName",
        "environment",
        "location",
        "tokenLifetimeDays",
        "sparkVersion",
        "nodeType",
        "tags.cost",
        "region",
    ]


def _keys(message: str) -> list[str]:
    return [
        line.split(":")[0].strip()
        for line in message.splitlines()[1:]
        if line.startswith("  ") and not line.startswith("   ")
    ]


BAD_VALUES = {
    "location": "West Europe",
    "vnetAddressSpace": "10.0.0.0/8",
    "publicSubnet": "10.0.0.0/27",
    "privateSubnet": "0.0.0.0/33",
    "readyAnswers": "0",
    "readyIntervalSeconds": "0.5",
    "readyLimitMinutes": "",
    "tokenRenewBeforeDays": "730",
    "mlPublicAccess": "maybe",
    "defaultDatastoreAuth": "",
    "logRetentionDays": "7",
    "vaultRecoveryDays": "91",
    "vaultPurgeProtection": "",
    "blobRecoveryDays": "-1",
    "dataReaders": "everyone",
    "protectData": "perhaps",
    "portalUrl": "ftp://portal",
    "studioUrl": "studio",
    "owner": "x" * 257,
    "commit": "HEAD",
    "databricksAuthType": "basic",
    "tokenLifetimeDays": "0",
    "sparkVersion": "latest",
    "nodeType": "D4",
    "poolMinIdleInstances": "-1",
    "poolMaxCapacity": "0",
    "poolIdleMinutes": "soon",
    "tags": "none",
}


@settings(max_examples=1000, deadline=None)
@given(
    base=st.text(alphabet="abZ09-_", min_size=0, max_size=12),
    environment=st.text(alphabet="abZ09-_", min_size=1, max_size=22),
    bad=st.sets(st.sampled_from(sorted(BAD_VALUES))),
)
def test_either_all_names_fit_or_one_error_lists_every_bad_key(
    base: str, environment: str, bad: set[str]
) -> None:
    base_is_good = re.fullmatch("[a-z][a-z0-9]{0,9}", base) is not None
    # The tightest names, key vault and training storage, leave 20 characters for the two.
    too_long = base_is_good and len(base) + len(environment) > 20
    expected = (
        bad
        | (set() if base_is_good else {"baseName"})
        | ({"environment"} if too_long or not re.fullmatch("[a-z0-9]+", environment) else set())
    )
    config = configured(
        baseName=base, environment=environment, **{key: BAD_VALUES[key] for key in bad}
    )

    if expected:
        with pytest.raises(SettingsError) as refused:
            Settings.from_config(config, "dev")
        assert set(_keys(str(refused.value))) == expected
    else:
        assert list(Settings.from_config(config, "dev").names.violations()) == []


def test_pulumi_yaml_declares_every_setting_with_a_type_and_a_description() -> None:
    declared = declared_settings()

    assert list(declared) == [
        f"{PROJECT}:{field.alias}" for field in Settings.model_fields.values()
    ]
    assert [key for key, says in declared.items() if not says.get("type")] == []
    assert [key for key, says in declared.items() if not says.get("description")] == []
    assert [key for key, says in declared.items() if "default" not in says] == []


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_the_settings_of_each_stack_are_good(stack: str) -> None:
    assert Settings.from_config(configured(**stack_config(stack)), stack).environment == stack
