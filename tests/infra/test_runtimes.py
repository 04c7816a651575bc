"""The table of Databricks runtimes."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from infra.runtimes import RUNTIMES, find_runtime, known_keys, support_warning


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("15.4.x-scala2.12", "15.4"),
        ("15.4.x-photon-scala2.12", "15.4"),
        ("16.4.x-cpu-ml-scala2.13", "16.4"),
        ("15.4.x-scala2.13", None),
        ("15.3.x-scala2.12", None),
        ("15.4", None),
        ("x15.4.x-scala2.12", None),
    ],
)
def test_a_key_leads_to_its_release_whatever_the_variant(key: str, number: str | None) -> None:
    found = find_runtime(key)

    assert (found and found.number) == number


def test_every_known_key_is_found() -> None:
    assert [key for key in known_keys() if find_runtime(key) is None] == []


def test_releases_are_sorted_and_supported_for_longer_and_longer() -> None:
    assert [
        (older.number, newer.number)
        for older, newer in pairwise(RUNTIMES)
        if older.end_of_support >= newer.end_of_support
    ] == []


@pytest.mark.parametrize(
    ("today", "says"),
    [
        (date(2027, 5, 20), None),
        (date(2027, 5, 21), "ends on 2027-08-19, in 90 days; newer ones: 16.4, 17.3"),
        (date(2027, 8, 19), "ends on 2027-08-19, in 0 days"),
        (date(2027, 8, 20), "ended on 2027-08-19; newer ones: 16.4, 17.3"),
    ],
)
def test_the_end_of_support_is_announced_ninety_days_ahead(today: date, says: str | None) -> None:
    warning = support_warning("15.4.x-scala2.12", today)

    assert (warning is None) == (says is None)
    assert (says or "") in (warning or "")
    assert warning is None or "pulumi config set sparkVersion" in warning
