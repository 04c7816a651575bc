"""Parts of a summary."""

from __future__ import annotations

import pytest

from deploy import sections


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (52.0312345, "52.0312"),
        (442, "442"),
        (20_000_000.0, "20000000"),
        (0.000123456789, "0.000123457"),
        ("ridge", "ridge"),
    ],
)
def test_a_metric_has_six_digits_a_large_one_all_and_text_stays(
    value: float | str, shown: str
) -> None:
    assert sections.figure(value) == shown
