"""How long the Databricks Runtime is supported."""

from __future__ import annotations

from datetime import date

import pytest

from infra.doctor.findings import Finding, ok, warning
from infra.doctor.runtime import check_runtime
from infra.runtimes import SOURCE, known_keys
from tests.infra.doctor.stacks import stack

KEY = "15.4.x-scala2.12"
CHANGE = f"pulumi config set --stack dev dataopsml:sparkVersion {known_keys()[-1]}"


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2027, 5, 20), ok("Databricks Runtime", f"{KEY}, supported until 2027-08-19")),
        (
            date(2027, 5, 21),
            warning(
                "Databricks Runtime",
                f"{KEY}: its support ends on 2027-08-19, in 90 days, see {SOURCE}",
                CHANGE,
            ),
        ),
        (
            date(2027, 8, 20),
            warning(
                "Databricks Runtime",
                f"{KEY}: its support ended on 2027-08-19, see {SOURCE}",
                CHANGE,
            ),
        ),
    ],
)
def test_the_end_of_support_is_told_90_days_ahead(today: date, expected: Finding) -> None:
    assert check_runtime(stack(sparkVersion=KEY), today) == expected
