"""What a failure says leads to what helps, and that is written down in the docs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deploy.remedies import _ANY, _BY_STEP, _BY_WORDS, remedy_for

PROJECT = Path(__file__).resolve().parents[2]


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


def test_what_a_remedy_refers_to_in_the_docs_is_there() -> None:
    texts = [*(text for _, text in _BY_WORDS), *_BY_STEP.values(), _ANY]
    references = [
        found for text in texts for found in re.findall(r"(docs/\w+\.md)(?:, ([^)]+))?\)", text)
    ]
    missing = []
    for file, place in references:
        page = (PROJECT / file).read_text()
        step = re.fullmatch(r"step (\d+)", place)
        wanted = f"\n{step[1]}. **" if step else f"\n## {place}\n"
        if place and wanted not in page:
            missing.append((file, place))
    assert references != []
    assert missing == []
