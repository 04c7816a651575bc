"""The Databricks runtimes with long-term support, and how long that lasts.

Data and pure functions. It does not ask Databricks, so it has to be extended when a runtime
comes out; a runtime that it does not know is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

SOURCE = "https://learn.microsoft.com/azure/databricks/release-notes/runtime/"
"""Where Azure documents the table below."""

WARN_AHEAD = timedelta(days=90)
"""How long before the end of a runtime's support the program begins to warn."""

_KEY = re.compile(r"(?P<number>\d+\.\d+)\.x(-[a-z0-9]+)*-scala(?P<scala>2\.1[23])")


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """One release, whatever its variant: standard, Photon or machine learning."""

    number: str
    """Release, e.g. ``15.4``."""
    scala: tuple[str, ...]
    """Versions of Scala that it comes with."""
    spark: str
    python: str
    end_of_support: date


RUNTIMES = (
    Runtime(
        number="13.3",
        scala=("2.12",),
        spark="3.4.1",
        python="3.10",
        end_of_support=date(2026, 8, 22),
    ),
    Runtime(
        number="14.3",
        scala=("2.12",),
        spark="3.5.0",
        python="3.10",
        end_of_support=date(2027, 2, 1),
    ),
    Runtime(
        number="15.4",
        scala=("2.12",),
        spark="3.5.0",
        python="3.11",
        end_of_support=date(2027, 8, 19),
    ),
    Runtime(
        number="16.4",
        scala=("2.12", "2.13"),
        spark="3.5.2",
        python="3.12",
        end_of_support=date(2028, 5, 9),
    ),
    Runtime(
        number="17.3",
        scala=("2.13",),
        spark="4.0.0",
        python="3.12",
        end_of_support=date(2028, 10, 22),
    ),
)
"""Every known release, oldest first."""


def find_runtime(key: str) -> Runtime | None:
    """The release behind a key such as ``15.4.x-photon-scala2.12``; None if it is unknown."""
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    fitting = (known for known in RUNTIMES if known.number == match["number"])
    return next((known for known in fitting if match["scala"] in known.scala), None)


def known_keys() -> list[str]:
    """The standard variant's key of every known release, oldest first."""
    return [f"{known.number}.x-scala{scala}" for known in RUNTIMES for scala in known.scala]


def support_warning(key: str, today: date) -> str | None:
    """One sentence if a runtime's support ends soon or has ended; None if all is well."""
    runtime = find_runtime(key)
    if runtime is None or runtime.end_of_support - today > WARN_AHEAD:
        return None
    left = runtime.end_of_support - today
    when = f"ended on {runtime.end_of_support}"
    if left >= timedelta():
        when = f"ends on {runtime.end_of_support}, in {left.days} days"
    newer = [known.number for known in RUNTIMES if known.end_of_support > runtime.end_of_support]
    return (
        f"sparkVersion {key}: the support of Databricks Runtime {runtime.number} LTS {when}; "
        f"newer ones: {', '.join(newer)}, see {SOURCE}. Change it with: "
        "pulumi config set sparkVersion <key>"
    )
