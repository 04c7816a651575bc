"""How long the Databricks token is good."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from infra.doctor.findings import Finding, error, ok, warning
from infra.doctor.token import check_token
from tests.infra.doctor.stacks import stack

NOW = datetime(2027, 1, 1, 12, tzinfo=UTC)
RENEW = "pulumi up --stack dev"


@pytest.mark.parametrize(
    ("expiry", "expected"),
    [
        (
            "2027-03-02T12:00:00+00:00",
            ok("Databricks token", "good for 60 days, until 2027-03-02T12:00:00+00:00"),
        ),
        (
            "2027-01-11T12:00:00+00:00",
            warning("Databricks token", "expires in 10 days, at 2027-01-11T12:00:00+00:00", RENEW),
        ),
        (
            "2026-12-31T12:00:00+00:00",
            warning(
                "Databricks token",
                "expired at 2026-12-31T12:00:00+00:00: no run can start until it is renewed",
                RENEW,
            ),
        ),
        (
            "soon",
            error(
                "Databricks token",
                "output databricks_token_expiry is 'soon', no point in time",
                RENEW,
            ),
        ),
    ],
)
def test_the_days_left_decide(expiry: str, expected: Finding) -> None:
    deployed = stack(tokenRenewBeforeDays="14", outputs={"databricks_token_expiry": expiry})

    assert check_token(deployed, NOW) == expected


def test_a_stack_that_is_not_deployed_has_no_token_to_worry_about() -> None:
    assert check_token(stack(), NOW) == ok("Databricks token", "the deployment will make one")
