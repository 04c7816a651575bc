"""The exceptions of localcloud: what a person reads, and what a client of a server gets.

Each server turns :class:`CloudError` into its own API's error body; no server defines another.
"""

from __future__ import annotations


class LocalCloudError(Exception):
    """Something a person must act on. The message says what is wrong and what helps."""


class Interrupted(BaseException):
    """Someone wants this command to stop. Not a KeyboardInterrupt: libraries swallow those."""


class CloudError(Exception):
    """A refusal that a client of one of the servers receives.

    Attributes:
        status: HTTP status code.
        code: the API's error code, e.g. ``ResourceNotFound`` or ``RESOURCE_DOES_NOT_EXIST``.
        message: what a person reads in the client's exception.
        headers: extra response headers, e.g. ``Retry-After``.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}
