"""Secret scopes: what can be put in, and how it comes out."""

from __future__ import annotations

import base64

import pytest

from localcloud.databricks.secret_scopes import MAX_SECRET_BYTES, SecretScopes
from localcloud.databricks.services import Services
from localcloud.errors import CloudError


@pytest.fixture
def scopes(services: Services) -> SecretScopes:
    services.secrets.create("scope")
    return services.secrets


def test_a_text_and_bytes_come_out_in_base64(scopes: SecretScopes) -> None:
    scopes.put("scope", "text", text="käse", base64_bytes=None)
    scopes.put("scope", "bytes", text=None, base64_bytes="AAE=")
    values = {key: scopes.get("scope", key).value for key in ("text", "bytes")}
    assert values == {"text": base64.b64encode("käse".encode()).decode(), "bytes": "AAE="}


def test_lists_hold_names_and_no_values(scopes: SecretScopes) -> None:
    scopes.put("scope", "key", text="value", base64_bytes=None)
    assert [scope.name for scope in scopes.list_scopes()] == ["scope"]
    [secret] = scopes.list_secrets("scope")
    assert secret.key == "key"
    assert secret.last_updated_timestamp
    assert "value" not in repr(secret.as_dict())


def test_settings_of_clusters_can_refer_to_secrets(scopes: SecretScopes) -> None:
    scopes.put("scope", "key", text="value", base64_bytes=None)
    settings = {"a": "{{secrets/scope/key}}", "b": "secrets/scope/key"}
    assert scopes.fill_in(settings) == {"a": "value", "b": "secrets/scope/key"}
    with pytest.raises(CloudError, match="scope: scope and key: nope"):
        scopes.fill_in({"a": "{{secrets/scope/nope}}"})


def test_a_scope_takes_its_secrets_with_it(scopes: SecretScopes) -> None:
    scopes.create("scope2")
    scopes.put("scope", "key", text="value", base64_bytes=None)
    scopes.put("scope2", "key", text="other", base64_bytes=None)
    scopes.delete("scope")
    scopes.create("scope")
    assert scopes.list_secrets("scope") == []
    assert [secret.key for secret in scopes.list_secrets("scope2")] == ["key"]


def test_a_scope_is_made_once(scopes: SecretScopes) -> None:
    with pytest.raises(CloudError) as refused:
        scopes.create("scope")
    assert (refused.value.status, refused.value.code) == (400, "RESOURCE_ALREADY_EXISTS")


def test_what_is_missing_is_named(scopes: SecretScopes) -> None:
    with pytest.raises(CloudError, match="Scope nope does not exist!"):
        scopes.list_secrets("nope")
    with pytest.raises(CloudError, match="scope: scope and key: nope"):
        scopes.get("scope", "nope")
    with pytest.raises(CloudError, match="scope: scope and key: nope"):
        scopes.delete_secret("scope", "nope")


@pytest.mark.parametrize(
    ("key", "text", "base64_bytes", "message"),
    [
        ("key", None, None, "Exactly one of string_value and bytes_value"),
        ("key", "a", "AAE=", "Exactly one of string_value and bytes_value"),
        ("key", None, "%", "bytes_value is not base64"),
        ("key", "a" * (MAX_SECRET_BYTES + 1), None, f"{MAX_SECRET_BYTES} bytes"),
        ("a/b", "a", None, "key 'a/b': 1 to 128 letters"),
    ],
)
def test_what_is_no_secret_is_refused(
    scopes: SecretScopes, key: str, text: str | None, base64_bytes: str | None, message: str
) -> None:
    with pytest.raises(CloudError, match=message) as refused:
        scopes.put("scope", key, text=text, base64_bytes=base64_bytes)
    assert (refused.value.status, refused.value.code) == (400, "INVALID_PARAMETER_VALUE")
