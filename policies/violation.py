"""What every rule has in common: how a violation reads, and how a check becomes a policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pulumi_policy import (
    EnforcementLevel,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)


@dataclass(frozen=True, kw_only=True)
class Violation:
    """One property that breaks a rule."""

    property: str
    value: object
    rule: str
    fix: str

    def of(self, args: ResourceValidationArgs) -> str:
        """The message: resource, property, value, rule and fix, in one line."""
        return (
            f"{args.resource_type} {args.name!r}: {self.property} is {self.value!r}; "
            f"rule: {self.rule}; fix: {self.fix}"
        )


Check = Callable[[ResourceValidationArgs], Iterator[Violation]]


def policy(name: str, check: Check) -> ResourceValidationPolicy:
    """A mandatory policy whose description is the check's docstring."""

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        for violation in check(args):
            report(violation.of(args), None)

    return ResourceValidationPolicy(
        name=name,
        description=str(check.__doc__),
        validate=validate,
        enforcement_level=EnforcementLevel.MANDATORY,
    )
