"""Comments and issues are written once and kept true; what GitHub refuses is said in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.github import BODY_LIMIT_CHARACTERS, Repository, show_summary
from tests.deploy.github_server import TOKEN, GitHub, serve

MARK = "<!-- mark -->"


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serve() as running:
        yield running


@pytest.fixture
def repository(github: GitHub) -> Repository:
    return Repository(api_url=github.url, name="owner/name", token=TOKEN)


def test_a_second_comment_of_the_same_mark_replaces_the_first(
    github: GitHub, repository: Repository
) -> None:
    for other in range(100):  # a long thread: the comment is found on its second page
        repository.upsert_comment(7, f"<!-- {other} -->", "something else")
    first = repository.upsert_comment(7, MARK, "one")
    assert repository.upsert_comment(7, MARK, "two") == first
    mine = [comment["body"] for comment in github.comments if MARK in comment["body"]]
    assert mine == [f"{MARK}\ntwo"]


def test_an_issue_is_opened_updated_and_closed_with_a_last_word(
    github: GitHub, repository: Repository
) -> None:
    opened = repository.upsert_issue("drift", MARK, "Stack dev drifted", "one")
    assert repository.upsert_issue("drift", MARK, "Stack dev drifted", "two") == opened
    assert [(i["title"], i["body"], i["labels"]) for i in github.issues] == [
        ("Stack dev drifted", f"{MARK}\ntwo", ["drift"])
    ]
    assert repository.close_issue("drift", MARK, "all is well") == opened
    assert (github.issues[0]["state"], github.comments[0]["body"]) == ("closed", "all is well")
    assert repository.close_issue("drift", MARK, "all is well") is None
    again = repository.upsert_issue("drift", MARK, "Stack dev drifted", "three")
    assert again != opened


def test_a_body_is_cut_to_what_github_takes(github: GitHub, repository: Repository) -> None:
    repository.upsert_comment(7, MARK, "x" * 2 * BODY_LIMIT_CHARACTERS)
    assert len(github.comments[0]["body"]) == BODY_LIMIT_CHARACTERS + len(MARK) + 1


def test_a_refusal_names_the_permission_that_is_missing(repository: Repository) -> None:
    refused = replace(repository, token="another")
    with pytest.raises(DeployError, match=r"403 .* permission `issues: write`"):
        refused.upsert_comment(7, MARK, "one")


def test_outside_of_a_workflow_the_missing_variables_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(DeployError, match="GITHUB_API_URL, GITHUB_REPOSITORY, GITHUB_TOKEN"):
        Repository.from_environment()


def test_the_summary_is_appended_to_the_jobs_or_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    show_summary("## one\n")
    show_summary("## two\n")
    assert file.read_text() == "## one\n\n## two\n\n"
    monkeypatch.delenv("GITHUB_STEP_SUMMARY")
    show_summary("## three\n")
    assert capsys.readouterr().out == "## three\n"
