"""Is the Databricks Runtime supported, and for how long?"""

from __future__ import annotations

from datetime import UTC, date, datetime

from infra.doctor.findings import Finding, error, ok, warning
from infra.doctor.stack import Stack
from infra.runtimes import SOURCE, WARN_AHEAD, find_runtime, known_keys
from infra.settings import PROJECT


def check_runtime(stack: Stack, today: date | None = None) -> Finding:
    """A runtime whose support ends soon has to be changed; one that is unknown can't be judged."""
    subject, key = "Databricks Runtime", stack.settings.spark_version
    now = today or datetime.now(UTC).date()
    change = f"pulumi config set --stack {stack.name} {PROJECT}:sparkVersion {known_keys()[-1]}"
    runtime = find_runtime(key)
    if runtime is None:
        return error(subject, f"{key} is no known release with long-term support", change)
    end = runtime.end_of_support
    if end < now:
        return warning(subject, f"{key}: its support ended on {end}, see {SOURCE}", change)
    if end - now <= WARN_AHEAD:
        left = (end - now).days
        found = f"{key}: its support ends on {end}, in {left} days, see {SOURCE}"
        return warning(subject, found, change)
    return ok(subject, f"{key}, supported until {end}")
