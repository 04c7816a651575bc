"""Secrets in texts that others wrote."""

from __future__ import annotations

import base64

import pytest

from pipelines.masking import mask

KEY = base64.b64encode(bytes(range(64))).decode()
TOKEN = "eyJ0eXAiOiJKV1Qi.eyJhdWQiOiJodHRw.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("token dapi0123456789abcdef0123456789abcdef-2 given", "token *** given"),
        (f"key {KEY} of the account", "key *** of the account"),
        (f"AccountName=st;AccountKey={KEY};x", "AccountName=st;AccountKey=***;x"),
        ("https://st/c?se=1&sig=aB%2Fc%3D&sp=r", "https://st/c?se=1&sig=***&sp=r"),
        (f"Authorization: Bearer {TOKEN}", "Authorization: Bearer ***"),
        ("authorization: bearer opaque-token-of-some-service", "authorization: bearer ***"),
        (f"got {TOKEN}.", "got ***."),
        ("client_secret=hunter2&x=1", "client_secret=***&x=1"),
    ],
)
def test_a_secret_is_masked_and_nothing_around_it(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "run 0d8e57f9-b8fa-4155-b0b8-b83487153e8d failed",
        "wasbs://data@st.blob.core.windows.net/azureml/959a47c3/features",
        "ValueError: the bearer of news",
        "sha256 " + "0" * 64,
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert mask(text) == text
