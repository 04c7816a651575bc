"""Name rules of resource types.

Limits: https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from localcloud.errors import CloudError


@dataclass(frozen=True, kw_only=True)
class NameRule:
    """What a name must look like.

    Attributes:
        pattern: regular expression for the whole name.
        says: the rule in words, for the refusal.
        code: error code of the refusal.
    """

    pattern: str
    says: str
    code: str = "InvalidResourceName"

    def check(self, name: str) -> None:
        """Refuse a name that breaks the rule.

        Raises:
            CloudError: 400.
        """
        problem = self.problem(name)
        if problem:
            raise CloudError(400, self.code, problem)

    def problem(self, name: str) -> str:
        """What is wrong with a name; empty if nothing is."""
        if re.fullmatch(self.pattern, name):
            return ""
        return f"The name '{name}' is not valid: {self.says}."


def alphanumeric_with_hyphens(shortest: int, longest: int) -> NameRule:
    """Letters, digits and hyphens; begins and ends with a letter or digit."""
    return NameRule(
        pattern=rf"[A-Za-z0-9](?=.{{{shortest - 1},{longest - 1}}}$)[A-Za-z0-9-]*[A-Za-z0-9]",
        says=f"{shortest}-{longest} letters, digits and hyphens, a letter or digit at both ends",
    )


NETWORK_NAME = NameRule(
    pattern=r"[A-Za-z0-9](?:[\w.-]{0,78}\w)?",
    says="1-80 letters, digits, underscores, periods and hyphens; begins with a letter or digit, "
    "ends with a letter, digit or underscore",
)
GUID = NameRule(
    pattern=r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    says="it must be a GUID",
)
