"""The ARM client refuses in one clear line where no local cloud is in reach."""

from __future__ import annotations

import pytest

from localcloud.plugins.azure_native import arm
from localcloud.plugins.azure_native.arm import Arm
from localcloud.plugins.azure_native.settings import Settings
from localcloud.plugins.provider import ProviderError

CLOSED_PORT_URL = "https://127.0.0.1:9/metadata/endpoints"
GROUP = "/subscriptions/s/resourceGroups/rg"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment that names a cloud which is not there, and one attempt to reach it."""
    monkeypatch.setenv("ARM_CLOUD_METADATA_URL", CLOSED_PORT_URL)
    monkeypatch.delenv("ARM_SUBSCRIPTION_ID", raising=False)
    monkeypatch.setattr(arm, "RETRIES", 0)


def test_without_a_named_cloud_nothing_is_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARM_CLOUD_METADATA_URL")
    with pytest.raises(ProviderError, match=r"never deploys to Azure.*localcloud env.*off PATH"):
        Settings.from_config({})


def test_without_a_subscription_nothing_is_deployed() -> None:
    with pytest.raises(
        ProviderError, match=r"ARM_SUBSCRIPTION_ID is not set; eval .*localcloud env"
    ):
        Settings.from_config({})


def test_the_subscription_comes_from_the_configuration_or_else_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ARM_SUBSCRIPTION_ID", "from-environment")
    assert Settings.from_config({}).subscription_id == "from-environment"
    assert Settings.from_config({"subscriptionId": "from-config"}).subscription_id == "from-config"


def test_a_cloud_that_does_not_answer_is_named_with_the_command_that_starts_it() -> None:
    client = Arm(Settings.from_config({"subscriptionId": "s"}))
    with pytest.raises(ProviderError) as caught:
        client.get(GROUP, "2024-03-01")
    assert str(caught.value).startswith(
        f"GET {CLOSED_PORT_URL}: the local cloud does not answer; start it with: "
        "python -m localcloud start ("
    )
