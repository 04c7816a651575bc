"""What a person reads when the stack's configuration can't be used: all bad keys at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

import pulumi
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

_BROKEN_RULE = "broken_rule"
"""Error type of a validator's own check: its message is the rule, and says it all."""


class SettingsError(pulumi.RunError):
    """The stack's configuration can't be used; the message names every bad key.

    A ``RunError``, because the engine prints those without a traceback.
    """

    @classmethod
    def of(
        cls, errors: Iterable[ErrorDetails], fields: Mapping[str, FieldInfo], stack: str
    ) -> SettingsError:
        """One message for all errors.

        Args:
            errors: what pydantic found.
            fields: configuration key to its declaration. A field's description is its rule and
                its example a good value.
            stack: the stack's name, for the commands that mend it.
        """
        problems = [_problem(details, fields, stack) for details in errors]
        return cls(f"the configuration of stack {stack!r} can't be used:\n" + "\n".join(problems))


def broken(rule: str, *, good_value: str | None = None) -> PydanticCustomError:
    """A validator's refusal: the rule, and a value that keeps it, else the field's example is."""
    return PydanticCustomError(_BROKEN_RULE, "{rule}", {"rule": rule, "good_value": good_value})


def _problem(details: ErrorDetails, fields: Mapping[str, FieldInfo], stack: str) -> str:
    """One bad key: its name, its value, the rule, and the command that mends it."""
    key, *inner = (str(part) for part in details["loc"])
    if key not in fields:
        near = get_close_matches(key, fields, n=1)
        # The value stays out: a secret may be stored under a mistyped key.
        return (
            f"  {key}: no such key" + (f", did you mean {near[0]}?" if near else "") + "\n"
            f"    fix:  pulumi config rm --stack {stack} {key}"
        )
    is_missing = details["type"] == "missing" or details["input"] == ""
    value = "not set" if is_missing else repr(details["input"])
    own = details["ctx"] if details["type"] == _BROKEN_RULE else {}
    examples = fields[key].examples
    if examples:
        mend = f"set --stack {stack} {key} {own.get('good_value') or examples[0]}"
    else:
        path = f"--path '{key}[\"{inner[0]}\"]'" if inner else key
        mend = f"rm --stack {stack} {path}"
    return (
        f"  {'.'.join([key, *inner[:1]])}: {value}\n"
        f"    rule: {own.get('rule') or fields[key].description}\n"
        f"    fix:  pulumi config {mend}"
    )
