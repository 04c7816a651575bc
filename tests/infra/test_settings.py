"""The stack's configuration: what is taken, and how the rest is refused."""

from __future__ import annotations

import re
from ipaddress import IPv4Network

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from infra.settings import PROJECT, Settings, SettingsError
from tests.infra.examples import PROJECT_DIR, configured, declared_settings, raw


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
        "databricks_auth_type": "azure-cli",
        "token_lifetime_days": 90,
        "spark_version": "15.4.x-scala2.12",
        "node_type": "Standard_D4ds_v5",
        "pool_min_idle_instances": 0,
        "pool_max_capacity": 4,
        "pool_idle_minutes": 15,
        "tags": {},
    }


def test_every_key_can_be_set() -> None:
    config = configured(
        baseName="a",
        environment="test1",
        location="northeurope",
        vnetAddressSpace="192.168.0.0/20",
        databricksAuthType="github-oidc-azure",
        tokenLifetimeDays="7",
        sparkVersion="16.4.x-photon-scala2.13",
        nodeType="Standard_E8ds_v5",
        poolMinIdleInstances="2",
        poolMaxCapacity="2",
        poolIdleMinutes="0",
        tags='{"owner": "data team"}',
    )

    settings = Settings.from_config(config, "dev")

    assert settings.model_dump() == {
        "base_name": "a",
        "environment": "test1",
        "location": "northeurope",
        "vnet_address_space": IPv4Network("192.168.0.0/20"),
        "databricks_auth_type": "github-oidc-azure",
        "token_lifetime_days": 7,
        "spark_version": "16.4.x-photon-scala2.13",
        "node_type": "Standard_E8ds_v5",
        "pool_min_idle_instances": 2,
        "pool_max_capacity": 2,
        "pool_idle_minutes": 0,
        "tags": {"owner": "data team"},
    }
    assert settings.names.key_vault == "kv-a-test1"
    assert settings.all_tags == {
        "owner": "data team",
        "project": "dataopsml",
        "environment": "test1",
        "managed-by": "pulumi",
    }


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
        ("sparkVersion", "3.5.0", "Databricks Runtime key", "sparkVersion 15.4.x-scala2.12"),
        ("nodeType", "D4", "Standard_<size>", "nodeType Standard_D4ds_v5"),
        ("poolMinIdleInstances", "-1", "0-100", "poolMinIdleInstances 0"),
        ("poolMaxCapacity", "0", "1-1000", "poolMaxCapacity 4"),
        ("poolIdleMinutes", "10001", "0-10000", "poolIdleMinutes 15"),
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
    ],
)
def test_a_bad_tag_is_named(tags: str, problem: str) -> None:
    assert refusal(baseName="sample", tags=tags).splitlines()[1] == problem


def test_more_tags_than_azure_takes_are_refused() -> None:
    tags = {f"tag{number}": "x" for number in range(48)}

    assert "at most 47 tags" in refusal(baseName="sample", tags=raw(tags))
    del tags["tag0"]
    config = configured(baseName="sample", tags=raw(tags))
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
        nodeType="D4",
        tags='{"cost": 5}',
        region="x",
    )

    assert _keys(message) == [
        "baseName",
        "environment",
        "location",
        "tokenLifetimeDays",
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
    "databricksAuthType": "basic",
    "tokenLifetimeDays": "0",
    "sparkVersion": "latest",
    "nodeType": "D4",
    "poolMinIdleInstances": "-1",
    "poolMaxCapacity": "0",
    "poolIdleMinutes": "soon",
    "tags": "none",
}


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
    config = yaml.safe_load((PROJECT_DIR / f"Pulumi.{stack}.yaml").read_text())["config"]
    values = {key.removeprefix(f"{PROJECT}:"): raw(value) for key, value in config.items()}

    settings = Settings.from_config(configured(**values), stack)

    assert settings.environment == stack
