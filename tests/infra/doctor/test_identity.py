"""Who would deploy, and into which subscription."""

from __future__ import annotations

from dataclasses import replace

import jwt
import pytest
from azure.core.credentials import AccessToken

from infra.doctor.azure import Azure, sign_in
from infra.doctor.findings import error, ok
from infra.doctor.identity import check_identity, identity_name
from tests.conftest import RunningCloud
from tests.infra.doctor.stacks import stack

pytestmark = pytest.mark.servers


def test_the_identity_and_its_subscription_are_told(cloud: RunningCloud) -> None:
    azure = sign_in({})
    variables = cloud.environment

    assert azure.endpoint == cloud.home.arm_url
    assert check_identity(azure, stack()) == ok(
        "identity",
        "10ca1000-0000-4000-8000-000000000002, subscription 'localcloud' "
        f"({variables['ARM_SUBSCRIPTION_ID']}), tenant {variables['ARM_TENANT_ID']}",
    )


def test_a_subscription_that_is_not_visible_is_an_error(cloud: RunningCloud) -> None:
    other = "10ca1000-0000-4000-8000-00000000000f"

    found = check_identity(sign_in({"azure-native:subscriptionId": other}), stack())

    assert (found.level, found.command) == ("error", "az account set --subscription NAME")
    assert other in found.found


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


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"upn": "ann@example.org", "appid": "a", "oid": "o"}, "ann@example.org"),
        ({"unique_name": "ann", "oid": "o"}, "ann"),
        ({"appid": "a", "oid": "o"}, "a"),
        ({"oid": "o"}, "o"),
        ({}, "an identity without a name"),
    ],
)
def test_a_user_is_told_by_name_and_an_application_by_its_id(
    cloud: RunningCloud, claims: dict[str, str], name: str
) -> None:
    token = jwt.encode(claims, "a key of thirty-two characters..", algorithm="HS256")
    azure: Azure = replace(sign_in({}), token=AccessToken(token, 0))

    assert identity_name(azure) == name
