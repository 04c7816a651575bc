"""How long is the access token good that Azure ML uses on Databricks?"""

from __future__ import annotations

from datetime import UTC, datetime

from infra.doctor.findings import Finding, error, ok, warning
from infra.doctor.stack import Stack

OUTPUT = "databricks_token_expiry"


def check_token(stack: Stack, now: datetime | None = None) -> Finding:
    """A new deployment makes a token; one that is about to expire is renewed by another."""
    subject = "Databricks token"
    renew = f"pulumi up --stack {stack.name}"
    text = stack.outputs.get(OUTPUT)
    if text is None:
        return ok(subject, "the deployment will make one")
    try:
        expiry = datetime.fromisoformat(text)
    except ValueError:
        return error(subject, f"output {OUTPUT} is {text!r}, no point in time", renew)
    left_days = (expiry - (now or datetime.now(UTC))).days
    if left_days < 0:
        return warning(subject, f"expired at {text}: no run can start until it is renewed", renew)
    if left_days <= stack.settings.token_renew_before_days:
        return warning(subject, f"expires in {left_days} days, at {text}", renew)
    return ok(subject, f"good for {left_days} days, until {text}")
