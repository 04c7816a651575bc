"""GitHub from inside a workflow: the job's summary, a pull request's comment, an issue.

Outside a workflow the summary goes to standard output. Comments and issues go through GitHub's
REST API with the job's own token; an entry is found again by a mark in its text.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

from deploy.errors import DeployError

MAIN = "refs/heads/main"
BODY_LIMIT_CHARACTERS = 60_000
"""GitHub takes 65,536 in a comment or an issue."""

_TIMEOUT_SECONDS = 30.0
_PAGE = 100


def show_summary(markdown: str) -> None:
    """Put a report where the person who started this looks."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if path:
        with Path(path).open("a", encoding="utf-8") as summary:
            summary.write(f"{markdown}\n")
    else:
        sys.stdout.write(markdown)


@dataclass(frozen=True, kw_only=True)
class Repository:
    """A repository on GitHub.

    Attributes:
        api_url: address of the API, without a trailing slash.
        name: ``owner/name``.
        token: of the job; may write issues and pull requests as the job's permissions say.
    """

    api_url: str
    name: str
    token: str

    @classmethod
    def from_environment(cls) -> Repository:
        """The repository whose workflow this is.

        Raises:
            DeployError: a variable that GitHub sets in every job is missing, or the token.
        """
        wanted = ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_TOKEN")
        missing = [name for name in wanted if not os.environ.get(name)]
        if missing:
            raise DeployError(
                f"{', '.join(missing)} not set: GitHub is written to from a workflow, which hands "
                "over the token as GITHUB_TOKEN: ${{ github.token }}"
            )
        api_url, name, token = (os.environ[variable] for variable in wanted)
        return cls(api_url=api_url.rstrip("/"), name=name, token=token)

    def upsert_comment(self, pull_request: int, mark: str, markdown: str) -> str:
        """Write the one comment of this mark on a pull request; returns its address."""
        body = _marked(mark, markdown)
        thread = f"issues/{pull_request}/comments"
        with self._client() as client:
            for comment in _pages(client, thread):
                if mark in str(comment.get("body")):
                    return _send(client, "PATCH", f"issues/comments/{comment['id']}", body=body)
            return _send(client, "POST", thread, body=body)

    def upsert_issue(self, label: str, mark: str, title: str, markdown: str) -> str:
        """Open the one issue of this mark, or update it while it is open; returns its address."""
        body = _marked(mark, markdown)
        with self._client() as client:
            for issue in _pages(client, "issues", labels=label, state="open"):
                if mark in str(issue.get("body")):
                    return _send(client, "PATCH", f"issues/{issue['number']}", body=body)
            return _send(client, "POST", "issues", title=title, body=body, labels=[label])

    def close_issue(self, label: str, mark: str, markdown: str) -> str | None:
        """Close the open issue of this mark with a last word; None if there is none."""
        with self._client() as client:
            for issue in _pages(client, "issues", labels=label, state="open"):
                if mark in str(issue.get("body")):
                    number = issue["number"]
                    _send(client, "POST", f"issues/{number}/comments", body=markdown)
                    return _send(client, "PATCH", f"issues/{number}", state="closed")
        return None

    def _client(self) -> httpx.Client:
        return httpx.Client(
            base_url=f"{self.api_url}/repos/{self.name}/",
            headers={
                "Authorization": f"Bearer {self.token}",
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
            },
            timeout=_TIMEOUT_SECONDS,
        )


def _marked(mark: str, markdown: str) -> str:
    return f"{mark}\n{markdown[:BODY_LIMIT_CHARACTERS]}"


def _pages(client: httpx.Client, path: str, **query: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    while True:
        page = str(len(found) // _PAGE + 1)
        answer = _answer(client, "GET", path, {"per_page": str(_PAGE), "page": page, **query}, None)
        entries: list[dict[str, object]] = answer.json()
        found += entries
        if len(entries) < _PAGE:
            return found


def _send(client: httpx.Client, method: str, path: str, **fields: object) -> str:
    return str(_answer(client, method, path, None, fields).json()["html_url"])


def _answer(
    client: httpx.Client,
    method: str,
    path: str,
    query: dict[str, str] | None,
    fields: dict[str, object] | None,
) -> httpx.Response:
    try:
        answer = client.request(method, path, params=query, json=fields)
    except httpx.HTTPError as error:
        raise DeployError(f"GitHub does not answer: {method} {path}: {error}") from None
    if answer.is_error:
        raise DeployError(
            f"GitHub refused {method} {path}: {answer.status_code} {answer.text[:300]}. "
            "The job needs the permission `issues: write` or `pull-requests: write`."
        )
    return answer
