"""How long is the access token good that Azure ML uses on Databricks?"""

from __future__ import annotations

from datetime import UTC, datetime

from infra.doctor.findings import Finding, error, ok, warning
from infra.doctor.stack import Stack

WARN_DAYS = 14
OUTPUT = "databricks_token_expiry"


def check_token(stack: Stack, now: datetime | None = None) -> Finding:
    """A new deployment makes a token; an old one may be about to expire."""
    subject = "Databricks token"
    text = stack.outputs.get(OUTPUT)
    if text is None:
        return ok(subject, "the deployment will make one")
    try:
        expiry = datetime.fromisoformat(text)
    except ValueError:
        return error(subject, f"output {OUTPUT} is {text!r}, no point in time", renew(stack))
    left_days = (expiry - (now or datetime.now(UTC))).days
    if left_days < 0:
        return error(subject, f"expired at {text}: no run can start", renew(stack))
    if left_days < WARN_DAYS:
        return warning(subject, f"expires in {left_days} days, at {text}", renew(stack))
    return ok(subject, f"good for {left_days} days, until {text}")


def renew(stack: Stack) -> str:
    """The command that makes a new token and gives it to Azure ML."""
    replaced = " ".join(f"--replace '{urn}'" for urn in stack.token_urns)
    return f"pulumi up --stack {stack.name} {replaced}".rstrip()
