"""What changed in the cloud behind the program's back, told as changed inputs.

A cloud returns more than a program asks for (defaults, computed values) and less (secrets), so
inputs can't be compared with an answer. Two answers can: what differs between them is drift,
and is carried over into the inputs. The rest of the inputs stays as the program wrote it.
"""

from __future__ import annotations

from localcloud.plugins.properties import Properties, Value


def drifted(inputs: Properties, before: Properties, now: Properties) -> Properties:
    """The inputs that would lead to what the cloud has now.

    Args:
        inputs: what the program last asked for.
        before: the input-like part of what the cloud answered then.
        now: the same part of what it answers now.
    """
    result = dict(inputs)
    for key in {**before, **now}:
        if before.get(key) != now.get(key):
            value = _drifted(inputs.get(key), before.get(key), now.get(key))
            result[key] = value
            if value is None:
                del result[key]
    return result


def _drifted(value: Value, before: Value, now: Value) -> Value:
    if isinstance(value, dict) and isinstance(before, dict) and isinstance(now, dict):
        return drifted(value, before, now)
    if (
        isinstance(value, list)
        and isinstance(before, list)
        and isinstance(now, list)
        and len(value) == len(before) == len(now)
    ):
        pairs = zip(value, before, now, strict=True)
        return [item if old == new else _drifted(item, old, new) for item, old, new in pairs]
    return now
