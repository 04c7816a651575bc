"""Whether a stack still is what was declared, and which of its dates come near.

Two previews, neither of which writes anything, the stack's lock included: against the cloud as
it is (something was changed by hand), and against the state (something was merged and not
deployed).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from deploy import sections
from deploy.engine import Changes
from deploy.github import Repository
from deploy.report import Report
from deploy.sequences import engine, stack_outputs_of, until_stopped
from stack_outputs import StackOutputs

LABEL = "drift"

TOKEN_WARNING = timedelta(days=30)
RUNTIME_WARNING = timedelta(days=180)

RUNTIME_ENDS = {
    "15.4": date(2027, 8, 19),
    "16.4": date(2028, 5, 9),
    "17.3": date(2028, 10, 22),
}
"""When Databricks ends a long-term-support runtime.
https://learn.microsoft.com/azure/databricks/release-notes/runtime/"""


@dataclass
class DriftReport(Report):
    """A drift report.

    Attributes:
        drifted: whether anything is not as declared.
        warnings: what ends soon.
    """

    drifted: bool = False
    warnings: tuple[str, ...] = ()


def drift(stack: str, *, now: datetime | None = None) -> DriftReport:
    """Compare program, state and cloud."""
    report = DriftReport("Drift", stack)

    def steps() -> None:
        with report.step("cloud") as step:
            by_hand = engine(stack).preview(refresh=True)
            step.detail = by_hand.summary()
        with report.step("program") as step:
            undeployed = engine(stack).preview()
            step.detail = undeployed.summary()
        report.drifted = bool(by_hand.changes or undeployed.changes)
        report.sections += _found(by_hand, undeployed)
        with report.step("dates") as step:
            report.warnings = tuple(dates(stack_outputs_of(stack), now or datetime.now(UTC)))
            step.detail = "; ".join(report.warnings) or "none is near"

    until_stopped(report, steps)
    return report


def tell(report: DriftReport, repository: Repository) -> str | None:
    """Keep the stack's one issue true: open it, update it, or close it; returns its address."""
    mark = f"<!-- drift of stack {report.stack} -->"
    if not report.drifted and not report.warnings:
        return repository.close_issue(LABEL, mark, report.markdown())
    finding = "is not as declared" if report.drifted else "has dates that come near"
    return repository.upsert_issue(
        LABEL, mark, f"Stack {report.stack} {finding}", report.markdown()
    )


def dates(outputs: StackOutputs, now: datetime) -> list[str]:
    """Warnings about what ends soon, or has ended."""
    warnings = []
    expiry = datetime.fromisoformat(outputs.databricks_token_expiry)
    if expiry - now < TOKEN_WARNING:
        warnings.append(
            f"Azure ML's token for Databricks ends on {expiry:%Y-%m-%d}: renew it "
            "(docs/operating.md, Rotate the Databricks token)"
        )
    release = ".".join(outputs.spark_version.split(".")[:2])
    ends = RUNTIME_ENDS.get(release)
    if ends is None:
        warnings.append(f"Databricks Runtime {outputs.spark_version} is no known long-term release")
    elif ends - now.date() < RUNTIME_WARNING:
        warnings.append(f"Databricks Runtime {outputs.spark_version} is supported until {ends}")
    return warnings


def _found(by_hand: Changes, undeployed: Changes) -> list[str]:
    found = []
    only_cloud = tuple(change for change in by_hand.changes if change not in undeployed.changes)
    if only_cloud:
        changes = Changes(changes=only_cloud, unchanged=by_hand.unchanged)
        found.append(
            sections.changes("Changed outside of Pulumi; up with --refresh undoes", changes)
        )
    if undeployed.changes:
        found.append(sections.changes("Declared and not deployed", undeployed))
    return found
