"""Signing in: which cloud, which subscription, who; each failure is one line."""

from __future__ import annotations

import pytest

from infra.doctor.azure import SignInError, sign_in
from infra.doctor.findings import error, ok
from infra.doctor.identity import check_identity
from tests.conftest import RunningCloud
from tests.infra.doctor.stacks import stack

NO_CLOUD = "https://localhost:1/metadata"


def test_a_cloud_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARM_CLOUD_METADATA_URL", NO_CLOUD)

    with pytest.raises(SignInError) as refusal:
        sign_in({})

    assert str(refusal.value).startswith(f"no cloud answers at ARM_CLOUD_METADATA_URL {NO_CLOUD}")
    assert refusal.value.command == f"curl {NO_CLOUD}"


def test_an_unknown_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_CLOUD_METADATA_URL", raising=False)
    monkeypatch.setenv("ARM_ENVIRONMENT", "mars")

    with pytest.raises(SignInError, match="'mars'; known: public, usgovernment, china"):
        sign_in({})


@pytest.mark.servers
def test_the_identity_and_its_subscription_are_told(cloud: RunningCloud) -> None:
    azure = sign_in({})
    variables = cloud.environment

    assert azure.endpoint == cloud.home.arm_url
    assert check_identity(azure, stack()) == ok(
        "identity",
        "10ca1000-0000-4000-8000-000000000002, subscription 'localcloud' "
        f"({variables['ARM_SUBSCRIPTION_ID']}), tenant {variables['ARM_TENANT_ID']}",
    )


@pytest.mark.servers
def test_a_subscription_that_is_not_visible_is_an_error(cloud: RunningCloud) -> None:
    other = "10ca1000-0000-4000-8000-00000000000f"

    found = check_identity(sign_in({"azure-native:subscriptionId": other}), stack())

    assert (found.level, found.command) == ("error", "az account set --subscription NAME")
    assert other in found.found


@pytest.mark.servers
def test_another_tenant_than_the_wanted_one_is_an_error(
    cloud: RunningCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = "10ca1000-0000-4000-8000-00000000000f"
    monkeypatch.setenv("ARM_TENANT_ID", wanted)

    assert check_identity(sign_in({}), stack()) == error(
        "identity",
        "10ca1000-0000-4000-8000-000000000002 is signed in to tenant "
        f"{cloud.environment['ARM_TENANT_ID']}, not {wanted}",
        f"az login --tenant {wanted}",
    )


@pytest.mark.servers
def test_without_a_subscription_nothing_is_guessed(
    cloud: RunningCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(SignInError, match="no subscription"):
        sign_in({})
