"""What must be so before a run begins: found in seconds here instead of minutes later there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from pipelines import databricks
from pipelines.errors import NotReadyError
from stack_outputs import StackOutputs

MIN_TOKEN_LIFETIME = timedelta(days=1)
"""A run may take hours, and whoever renews the token needs time to notice."""


class Computes(Protocol):
    """What is asked of Azure ML."""

    def check_compute(self, name: str) -> None:
        """Raise NotReadyError unless steps can run on this compute."""


def check(
    stack: StackOutputs,
    *,
    azure_ml: Computes,
    computes: Iterable[str],
    notebooks: Iterable[str],
    now: datetime,
) -> list[str]:
    """Refuse a run that would fail.

    Args:
        computes: names of the attached computes that it needs.
        notebooks: workspace paths of the notebooks that it runs.

    Returns:
        What could not be checked, and why that need not stop the run.

    Raises:
        NotReadyError: names everything that is missing, each with the command that helps.
    """
    problems = [problem] if (problem := token_problem(stack, now=now)) else []
    for name in computes:
        try:
            azure_ml.check_compute(name)
        except NotReadyError as error:
            problems.append(str(error))
    notes = []
    for look in (_notebook_problems(stack, notebooks), _cluster_problems(stack)):
        try:
            problems += look
        except databricks.NotAllowedError as error:
            # Azure ML runs the steps as itself: that the caller can't look says nothing.
            notes.append(f"{error}. Azure ML may; the run goes on")
    if problems:
        raise NotReadyError("\n".join(problems))
    return notes


def _notebook_problems(stack: StackOutputs, paths: Iterable[str]) -> Iterator[str]:
    for path in databricks.missing_notebooks(stack, paths):
        yield (
            f"notebook {path} is not in {stack.databricks_workspace_url}: it belongs to another "
            "version of the notebooks. Upload the present ones (pulumi up) and publish them: "
            "python -m pipelines publish"
        )


def _cluster_problems(stack: StackOutputs) -> Iterator[str]:
    if problem := databricks.cluster_problem(stack):
        yield problem


def token_problem(stack: StackOutputs, *, now: datetime) -> str:
    """Why Azure ML's access token for Databricks will not do; empty if it will."""
    expiry = datetime.fromisoformat(stack.databricks_token_expiry)
    if now + MIN_TOKEN_LIFETIME < expiry:
        return ""
    when = "expired" if expiry <= now else "expires within a day,"
    return (
        f"Azure ML's access token for Databricks {when} on {stack.databricks_token_expiry}. "
        "Renew it: pulumi up"
    )
