"""Whether a stack still is what was declared, and what the preflight warns of.

Two previews, neither of which writes anything, the stack's lock included: against the cloud as
it is (something was changed by hand), and against the state (something was merged and not
deployed).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from deploy import sections
from deploy.commands import last_lines, python
from deploy.engine import Changes
from deploy.errors import DeployError
from deploy.github import Repository
from deploy.report import Report
from deploy.sequences import engine, until_stopped

LABEL = "drift"


class _Finding(BaseModel):
    """One of what ``python -m infra.doctor --json`` prints."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    level: str
    subject: str
    found: str
    command: str = ""


_FINDINGS = TypeAdapter(list[_Finding])


@dataclass
class DriftReport(Report):
    """A drift report.

    Attributes:
        drifted: whether anything is not as declared.
        warnings: what the preflight warns of: a token or a runtime that ends, above all.
    """

    drifted: bool = False
    warnings: tuple[str, ...] = ()


def drift(stack: str) -> DriftReport:
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
        with report.step("warnings") as step:
            report.warnings = tuple(_warnings(stack))
            step.detail = "; ".join(report.warnings) or "none"

    until_stopped(report, steps)
    return report


def tell(report: DriftReport, repository: Repository) -> str | None:
    """Keep the stack's one issue true: open it, update it, or close it; returns its address."""
    mark = f"<!-- drift of stack {report.stack} -->"
    if not report.drifted and not report.warnings:
        return repository.close_issue(LABEL, mark, report.markdown())
    finding = "is not as declared" if report.drifted else "needs attention soon"
    return repository.upsert_issue(
        LABEL, mark, f"Stack {report.stack} {finding}", report.markdown()
    )


def _warnings(stack: str) -> Iterator[str]:
    """What the preflight warns of: dates that come near, above all."""
    finished = python("-m", "infra.doctor", "--stack", stack, "--json")
    try:
        findings = _FINDINGS.validate_json(finished.stdout)
    except ValidationError:
        raise DeployError(last_lines(finished.stderr, 20) or finished.command) from None
    for finding in findings:
        if finding.level == "warning":
            help_ = f" (`{finding.command}`)" if finding.command else ""
            yield f"{finding.subject}: {finding.found}{help_}"


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
