"""Tokens of the managed identity, through azure-identity and by hand."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import DefaultAzureCredential, ManagedIdentityCredential

from localcloud.tokens import ARM_AUDIENCE, ARM_AUDIENCES, CLIENT_ID, DATABRICKS_AUDIENCE

PATH = "/msi/token"
NEW = {"api-version": "2019-08-01", "resource": ARM_AUDIENCE}


@pytest.mark.servers
@pytest.mark.parametrize("credential", [DefaultAzureCredential, ManagedIdentityCredential])
def test_a_credential_of_azure_identity_gets_a_token_that_counts(
    cloud: Any, credential: type[Any]
) -> None:
    token = credential().get_token(f"{ARM_AUDIENCE}/.default").token
    headers = {"Authorization": f"Bearer {token}"}
    with cloud.http() as client:
        answer = client.get("/subscriptions", params={"api-version": "2022-12-01"}, headers=headers)
    assert answer.status_code == 200


@pytest.mark.servers
def test_a_credential_without_the_header_gets_none(
    cloud: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IDENTITY_HEADER", "guessed")
    with pytest.raises(ClientAuthenticationError):
        ManagedIdentityCredential().get_token(f"{ARM_AUDIENCE}/.default")


def test_the_older_shape_has_its_own_header(arm: Any, in_process: Any) -> None:
    query = {"api-version": "2017-09-01", "resource": ARM_AUDIENCE, "clientid": CLIENT_ID}
    header = {"secret": in_process.tokens.managed_identity_header, "Authorization": ""}
    answer = arm.get(PATH, params=query, headers=header).json()
    in_process.tokens.check(f"Bearer {answer['access_token']}", ARM_AUDIENCES)
    assert int(answer["expires_on"]) > 0


def test_a_token_is_for_the_audience_that_was_asked_for(arm: Any, in_process: Any) -> None:
    header = {"X-IDENTITY-HEADER": in_process.tokens.managed_identity_header}
    query = {**NEW, "resource": DATABRICKS_AUDIENCE}
    token = arm.get(PATH, params=query, headers=header).json()["access_token"]
    refused = arm.get("/subscriptions", headers={"Authorization": f"Bearer {token}"})
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "InvalidAuthenticationTokenAudience"


@pytest.mark.parametrize(
    ("query", "header", "status"),
    [
        (NEW, {}, 401),
        (NEW, {"x-identity-header": "guessed"}, 401),
        ({**NEW, "api-version": "2018-02-01"}, None, 400),
        ({"api-version": "2019-08-01"}, None, 400),
        ({**NEW, "client_id": "somebody"}, None, 400),
    ],
)
def test_a_bad_request_gets_no_token(
    arm: Any, in_process: Any, query: dict[str, str], header: dict[str, str] | None, status: int
) -> None:
    right = {"x-identity-header": in_process.tokens.managed_identity_header}
    answer = arm.get(PATH, params=query, headers=right if header is None else header)
    assert answer.status_code == status
    assert "access_token" not in answer.text
