"""What a notebook prints, and the secrets that must not be in it.

verified: docs.databricks.com, "Secret redaction": values read with ``dbutils.secrets`` are
replaced by ``[REDACTED]`` in output; parts and transformations of them are not.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

REDACTED = "[REDACTED]"


class Redactor:
    """Knows the secrets that were read so far."""

    def __init__(self) -> None:
        self._secrets: list[str] = []

    def add(self, secret: str) -> None:
        """From now on this value is replaced."""
        if secret and secret not in self._secrets:
            self._secrets.append(secret)
            self._secrets.sort(key=len, reverse=True)  # one secret may contain another

    def redact(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, REDACTED)
        return text


class _Redacting(io.TextIOBase):
    def __init__(self, target: io.TextIOBase, redactor: Redactor) -> None:
        self._target = target
        self._redactor = redactor

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self._target.write(self._redactor.redact(text))
        return len(text)

    def flush(self) -> None:
        self._target.flush()


def redirect_to(log: Path, redactor: Redactor) -> None:
    """Send everything that is printed from now on to a file, without secrets.

    What subprocesses of the notebook print goes there too, but as it is.
    """
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    target = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), "utf-8", write_through=True)
    sys.stdout = sys.stderr = _Redacting(target, redactor)
