"""Parts of a report as Markdown: changes, links, and what a run brought."""

from __future__ import annotations

from deploy.engine import Changes
from deploy.report import table
from deploy.views import Run
from stack_outputs import StackOutputs

CHANGES_SHOWN = 200

_PORTAL = "https://portal.azure.com/#resource"
_STUDIO = "https://ml.azure.com"


def changes(title: str, found: Changes) -> str:
    """One line for each resource that changes."""
    heading = f"### {title}: {found.summary()}"
    if not found.changes:
        return heading
    rows = [
        (change.operation, f"`{change.name}`", f"`{change.type}`", ", ".join(change.properties))
        for change in found.changes[:CHANGES_SHOWN]
    ]
    more = len(found.changes) - len(rows)
    rest = f"\n\n... and {more} more." if more else ""
    return f"{heading}\n\n{table(('', 'Resource', 'Type', 'Differs'), rows)}{rest}"


def links(stack: StackOutputs) -> str:
    """Where a person looks at what was deployed."""
    group = f"/subscriptions/{stack.subscription_id}/resourceGroups/{stack.resource_group_name}"
    rows = [
        ("Resource group", f"[{stack.resource_group_name}]({_PORTAL}{group})"),
        ("Azure ML", f"[{stack.ml_workspace_name}]({_STUDIO}/?wsid={stack.ml_workspace_id})"),
        ("Databricks", stack.databricks_workspace_url),
        ("Token of the attachment ends", stack.databricks_token_expiry),
    ]
    return f"### Deployed\n\n{table(('What', 'Where'), rows)}"


def run(found: Run) -> str:
    """A run's links, counts, metrics and first rows."""
    took = f" after {found.ended - found.started}" if found.started and found.ended else ""
    rows = [("Run", f"[{found.id}]({found.portal_url})"), ("State", f"{found.state}{took}")]
    rows += [(name.replace("_", " "), str(value)) for name, value in (found.report or {}).items()]
    if found.output is not None:
        rows.append(("Output", f"datastore `{found.output.datastore}`, `{found.output.path}`"))
    parts = [f"### Pipeline `{found.pipeline}`", table(("", ""), rows)]
    if found.metrics:
        metrics = [(name, figure(value)) for name, value in sorted(found.metrics.items())]
        parts += ["### Metrics", table(("Metric", "Value"), metrics)]
    if found.preview is not None:
        values = [tuple(str(value) for value in row) for row in found.preview.rows]
        parts += ["### First rows of the output", table(found.preview.columns, values)]
    return "\n\n".join(parts)


def figure(value: float | str) -> str:
    """Six digits of a metric, but all of a large one: rows are metrics too. Text as it is."""
    if isinstance(value, str):
        return value
    return f"{value:.6g}" if abs(value) < 10**6 else f"{value:.0f}"
