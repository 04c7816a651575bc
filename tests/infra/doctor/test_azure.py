"""Signing in: which cloud, which subscription, who; each failure is one line."""

from __future__ import annotations

import pytest

from infra.doctor.azure import SignInError, sign_in
from tests.conftest import RunningCloud

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
def test_without_a_subscription_nothing_is_guessed(
    cloud: RunningCloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("PATH", "/nowhere")

    with pytest.raises(SignInError, match="no subscription"):
        sign_in({})
