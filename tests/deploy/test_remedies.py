"""What a failure says leads to what helps, and that is written down in the docs."""

from __future__ import annotations

import pytest

from deploy.remedies import remedy_for


@pytest.mark.parametrize(
    ("reason", "part"),
    [
        ("stack 'prod' is locked: another update runs", "`pulumi cancel --stack prod`"),
        ("AADSTS700024: Client assertion is not within its valid time range", "Re-run"),
        ("AADSTS700213: No matching federated identity record found", "`--subject-prefix`"),
        ("Code=AuthorizationFailed: The client does not have authorization", "lacks a role"),
        ("Azure ML's access token for Databricks expired on 2026-01-01", "`up` renews"),
        ("there is no stack 'prod' in the state storage", "Make the stack once"),
    ],
)
def test_a_known_reason_leads_to_its_own_remedy(reason: str, part: str) -> None:
    assert part in remedy_for("up", reason, stack="prod")


def test_every_step_has_a_remedy_of_its_own() -> None:
    steps = ("guard", "preflight", "up", "preview", "check", "publish", "run", "another")
    remedies = [remedy_for(step, "no known words", stack="dev") for step in steps]
    assert len(set(remedies)) == len(steps)
