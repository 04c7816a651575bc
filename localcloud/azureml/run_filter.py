"""The OData filters by which the SDK asks for runs.

Only comparisons joined by ``and``, as azureml-core writes them; anything else is refused.
"""

from __future__ import annotations

import re

from localcloud.azureml.wire import bad_request
from localcloud.store import JsonObject

_FIELDS = {
    "runid": "runId",
    "parentrunid": "parentRunId",
    "rootrunid": "rootRunId",
    "runtype": "runType",
    "status": "status",
    "name": "name",
    "target": "target",
}
_MAPS = ("tags", "properties")
_COMPARISON = re.compile(
    r"^(?P<field>[A-Za-z]+)(/(?P<key>\S+))? (?P<operator>eq|ne) (?P<value>.+)$"
)


def matches(run: JsonObject, expression: str | None) -> bool:
    """Whether a run fits a filter; no filter fits every run.

    Raises:
        CloudError: 400, naming the part of the filter that localcloud does not know.
    """
    parts = re.split(r"\s+and\s+", expression.strip()) if expression else []
    return all(_holds(run, part) for part in parts)


def _holds(run: JsonObject, part: str) -> bool:
    comparison = _COMPARISON.match(part.strip().strip("()").strip())
    field = comparison["field"].lower() if comparison else ""
    if comparison is None or (field not in _FIELDS and field not in _MAPS):
        raise bad_request(f"localcloud can't filter runs by {part!r}")
    actual = run[field].get(comparison["key"]) if field in _MAPS else run[_FIELDS[field]]
    value = comparison["value"].strip().strip("'\"")
    equal = actual == (None if value == "null" else value)
    return equal if comparison["operator"] == "eq" else not equal
