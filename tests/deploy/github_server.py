"""A small GitHub over real HTTP: comments and issues, in pages, with a token asked for."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "token-of-the-job"


@dataclass
class GitHub:
    """What the server keeps."""

    url: str = ""
    comments: list[dict[str, Any]] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> Any:
        """The JSON answer to a request, None if there is no such thing."""
        resource = path.removeprefix("/repos/owner/name/")
        if found := re.fullmatch(r"issues/(\d+)/comments", resource):
            if method == "GET":
                return _page([c for c in self.comments if c["on"] == int(found[1])], query)
            return self._add(self.comments, {"on": int(found[1]), **body})
        if found := re.fullmatch(r"issues/comments/(\d+)", resource):
            return _change(self.comments, "id", int(found[1]), body)
        if resource == "issues" and method == "GET":
            wanted = [i for i in self.issues if i["state"] == query["state"]]
            return _page([i for i in wanted if query["labels"] in i["labels"]], query)
        if resource == "issues":
            return self._add(self.issues, {"number": len(self.issues) + 1, "state": "open", **body})
        if found := re.fullmatch(r"issues/(\d+)", resource):
            return _change(self.issues, "number", int(found[1]), body)
        return None

    def _add(self, entries: list[dict[str, Any]], entry: dict[str, Any]) -> dict[str, Any]:
        number = len(self.comments) + len(self.issues) + 1
        entries.append({"id": number, "html_url": f"{self.url}/{number}", **entry})
        return entries[-1]


@contextmanager
def serve() -> Iterator[GitHub]:
    """A GitHub on a free port of this machine."""
    github = GitHub()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            parts = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(parts.query).items()}
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            allowed = self.headers["Authorization"] == f"Bearer {TOKEN}"
            found = github.answer(self.command, parts.path, query, body) if allowed else None
            status = 403 if not allowed else 404 if found is None else 200
            content = json.dumps(found if found is not None else {"message": "no"}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = _handle  # noqa: N815 (names that http.server asks for)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name there)
            """Say nothing: the tests' output is theirs."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    github.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield github
    finally:
        server.shutdown()
        server.server_close()


def _page(entries: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
    size, page = int(query["per_page"]), int(query["page"])
    return entries[(page - 1) * size : page * size]


def _change(entries: list[dict[str, Any]], key: str, value: int, body: Any) -> Any:
    found = next((entry for entry in entries if entry[key] == value), None)
    if found is not None:
        found.update(body)
    return found
