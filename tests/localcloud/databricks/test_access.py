"""Personal access tokens: shown once, kept as a hash, valid until they expire or are revoked."""

from __future__ import annotations

import pytest

from localcloud.databricks import access
from localcloud.databricks.services import Services
from localcloud.errors import CloudError
from localcloud.tokens import ARM_AUDIENCE, DATABRICKS_AUDIENCE


def refusal(services: Services, token: str | None) -> tuple[int, str]:
    with pytest.raises(CloudError) as refused:
        services.access.check(None if token is None else f"Bearer {token}")
    return refused.value.status, refused.value.code


def new_token(services: Services, lifetime_seconds: int | None = None) -> str:
    created = services.access.create(comment="test", lifetime_seconds=lifetime_seconds)
    assert created.token_value
    return created.token_value


def test_a_token_opens_the_workspace_until_it_is_revoked(services: Services) -> None:
    token = new_token(services)
    services.access.check(f"Bearer {token}")
    [info] = services.access.list()
    services.access.revoke(str(info.token_id))
    assert refusal(services, token) == (403, "PERMISSION_DENIED")
    assert services.access.list() == []


def test_a_token_is_refused_from_its_expiry_on(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_800_000_000_000
    monkeypatch.setattr(access, "_now_ms", lambda: now)
    token = new_token(services, lifetime_seconds=60)
    [info] = services.access.list()
    assert (info.creation_time, info.expiry_time) == (now, now + 60_000)
    monkeypatch.setattr(access, "_now_ms", lambda: now + 59_999)
    services.access.check(f"Bearer {token}")
    monkeypatch.setattr(access, "_now_ms", lambda: now + 60_000)
    assert refusal(services, token) == (403, "PERMISSION_DENIED")


def test_a_token_without_a_lifetime_says_so(services: Services) -> None:
    new_token(services)
    assert [info.expiry_time for info in services.access.list()] == [access.NEVER]


def test_a_lifetime_must_be_positive(services: Services) -> None:
    with pytest.raises(CloudError, match="lifetime_seconds: 0 is not a positive number"):
        new_token(services, lifetime_seconds=0)


def test_the_value_of_a_token_is_not_kept(services: Services) -> None:
    token = new_token(services)
    kept = services.cloud.store.list("databricks")
    assert [key for key, _ in kept if "/token/" in key] != []
    assert token not in repr(kept)


def test_a_token_of_the_cloud_opens_the_workspace_if_it_is_for_databricks(
    services: Services,
) -> None:
    services.access.check(f"Bearer {services.cloud.tokens.issue(DATABRICKS_AUDIENCE)}")
    foreign = services.cloud.tokens.issue(ARM_AUDIENCE)
    assert refusal(services, foreign) == (401, "InvalidAuthenticationTokenAudience")
    assert refusal(services, None) == (401, "AuthenticationFailed")


def test_a_runs_token_ends_with_the_run(services: Services) -> None:
    token = services.access.open_run_token()
    services.access.check(f"Bearer {token}")
    services.access.close_run_token(token)
    assert refusal(services, token) == (403, "PERMISSION_DENIED")
    assert services.access.list() == []


def test_a_token_that_is_not_there_cannot_be_revoked(services: Services) -> None:
    with pytest.raises(CloudError, match="Token nope does not exist"):
        services.access.revoke("nope")
