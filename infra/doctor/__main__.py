"""``python -m infra.doctor``: says before a deployment what would make it fail.

One line for each check. Ends with 1 if the deployment would fail, else with 0.
"""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer

from infra.doctor.findings import Finding, as_json, error, is_fatal
from infra.doctor.pulumi_cli import PulumiError, pulumi

app = typer.Typer(add_completion=False, rich_markup_mode="rich")

StackOption = Annotated[str, typer.Option("--stack", "-s", help="Default: the selected stack.")]
JsonOption = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]
PurgeOption = Annotated[
    bool,
    typer.Option(
        "--purge",
        help="First delete for good the key vault and the Azure ML workspace that this stack left "
        "soft-deleted, so that their names are free.",
    ),
]


@app.command(help=__doc__)
def doctor(
    stack: StackOption = "", as_json_: JsonOption = False, purge: PurgeOption = False
) -> None:
    """Examine a stack."""
    findings = _findings(stack, purge=purge)
    if as_json_:
        sys.stdout.write(json.dumps(as_json(findings), indent=2) + "\n")
    else:
        sys.stdout.write("".join(f"{finding}\n" for finding in findings))
    raise SystemExit(int(is_fatal(findings)))


def _findings(stack_name: str, *, purge: bool) -> list[Finding]:
    from infra.doctor.examination import examine

    try:
        name = stack_name or pulumi("stack", "--show-name").strip()
    except PulumiError as problem:
        return [error("stack", str(problem), "pulumi stack select NAME")]
    examined = examine(name)
    if not purge or examined.azure is None or examined.stack is None:
        return examined.findings
    from azure.core.exceptions import AzureError

    from infra.doctor import soft_deleted

    try:
        purged = list(soft_deleted.purge(examined.azure, examined.stack))
    except AzureError as problem:
        reason = " ".join(str(problem.message).split())
        return [*examined.findings, error("purge", reason)]
    return [*purged, *examine(name).findings] if purged else examined.findings


if __name__ == "__main__":
    app()
