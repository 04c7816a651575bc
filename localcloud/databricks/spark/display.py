"""``display`` and ``displayHTML``: a job has no screen, so they print."""

from __future__ import annotations

from pyspark.sql import DataFrame

ROWS_SHOWN = 20


def display(*values: object) -> None:
    """Print values; of a Spark DataFrame the first rows as a table."""
    for value in values:
        if isinstance(value, DataFrame):
            if value.columns:
                value.show(ROWS_SHOWN, truncate=False)
        else:
            print(value)  # noqa: T201 - printing is the purpose


def display_html(html: str) -> None:
    """Print the HTML's source."""
    print(html)  # noqa: T201
