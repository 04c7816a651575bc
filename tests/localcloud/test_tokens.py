"""Bearer tokens are checked, not just present."""

import stat
from pathlib import Path

import jwt
import pytest

from localcloud.errors import CloudError
from localcloud.tokens import (
    ARM_AUDIENCE,
    ARM_AUDIENCES,
    AZUREML_AUDIENCES,
    DATABRICKS_AUDIENCE,
    DATABRICKS_AUDIENCES,
    TokenAuthority,
)


@pytest.fixture
def authority(tmp_path: Path) -> TokenAuthority:
    return TokenAuthority.open(tmp_path)


def refusal(authority: TokenAuthority, header: str | None) -> tuple[int, str]:
    with pytest.raises(CloudError) as raised:
        authority.check(header, ARM_AUDIENCES)
    return raised.value.status, raised.value.code


@pytest.mark.parametrize(
    "audience",
    [ARM_AUDIENCE, ARM_AUDIENCE + "/", ARM_AUDIENCE + "//.default", ARM_AUDIENCE + "/.default"],
)
def test_a_token_opens_the_server_it_is_for(authority: TokenAuthority, audience: str) -> None:
    header = f"Bearer {authority.issue(audience)}"
    authority.check(header, ARM_AUDIENCES)
    authority.check(header, AZUREML_AUDIENCES)
    with pytest.raises(CloudError):
        authority.check(header, DATABRICKS_AUDIENCES)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc"])
def test_no_token_is_refused(authority: TokenAuthority, header: str | None) -> None:
    assert refusal(authority, header) == (401, "AuthenticationFailed")


def test_a_token_for_another_server_is_refused(authority: TokenAuthority) -> None:
    header = f"Bearer {authority.issue(DATABRICKS_AUDIENCE)}"
    assert refusal(authority, header) == (401, "InvalidAuthenticationTokenAudience")


def test_an_expired_token_is_refused(authority: TokenAuthority) -> None:
    header = f"Bearer {authority.issue(ARM_AUDIENCE, lifetime_seconds=-1)}"
    assert refusal(authority, header) == (401, "ExpiredAuthenticationToken")


def test_a_token_that_another_cloud_signed_is_refused(
    authority: TokenAuthority, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    header = f"Bearer {TokenAuthority.open(other).issue(ARM_AUDIENCE)}"
    assert refusal(authority, header) == (401, "InvalidAuthenticationToken")


def test_an_unsigned_token_is_refused(authority: TokenAuthority) -> None:
    claims = jwt.decode(authority.issue(ARM_AUDIENCE), options={"verify_signature": False})
    header = f"Bearer {jwt.encode(claims, '', algorithm='none')}"
    assert refusal(authority, header) == (401, "InvalidAuthenticationToken")


def test_the_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    assert TokenAuthority.open(tmp_path) == TokenAuthority.open(tmp_path)
    assert stat.S_IMODE((tmp_path / "token-key").stat().st_mode) == 0o600
