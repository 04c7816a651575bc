"""Bad settings are refused, all at once and with their rule; names follow from good ones."""

from __future__ import annotations

import pytest

from bootstrap.settings import BootstrapError, Settings

GOOD = Settings(
    base_name="contoso",
    location="westeurope",
    repository="contoso/features",
    environments=("dev", "prod"),
)


def test_names_follow_from_the_base_name() -> None:
    assert (
        GOOD.resource_group,
        GOOD.storage_account,
        GOOD.key_vault,
        GOOD.identity("dev"),
        GOOD.subjects,
    ) == (
        "rg-contoso-bootstrap",
        "stcontosostate",
        "kv-contoso-bootstrap",
        "id-contoso-dev",
        ("repo:contoso/features",),
    )


def test_the_longest_base_name_keeps_within_azures_limits() -> None:
    longest = Settings(
        base_name="abcdefghij",
        location="westeurope",
        repository="contoso/features",
        environments=("dev",),
    )
    assert len(longest.storage_account) <= 24
    assert len(longest.key_vault) <= 24


def test_every_bad_setting_is_named_with_its_rule() -> None:
    with pytest.raises(BootstrapError) as refused:
        Settings(
            base_name="Contoso_1",
            location="West Europe",
            repository="features",
            environments=("dev", "preview", "x", "dev"),
            subject_prefixes=("contoso/features",),
        )
    assert str(refused.value).splitlines() == [
        "--base-name 'Contoso_1': expected 1-10 lowercase letters and digits, a letter first",
        "--location 'West Europe': expected an Azure region in its short form, e.g. westeurope",
        "--repository 'features': expected owner/name of the repository on GitHub",
        "--environment 'preview': expected 3-20 lowercase letters and digits, a letter first, "
        "and neither 'preview' nor 'bootstrap', which are taken",
        "--environment 'x': expected 3-20 lowercase letters and digits, a letter first, "
        "and neither 'preview' nor 'bootstrap', which are taken",
        "--subject-prefix 'contoso/features': expected repo:owner/name or repo:owner@ID/name@ID",
        "--environment: given twice: dev, preview, x, dev",
    ]
