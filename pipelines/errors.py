"""What can go wrong with a pipeline, in words for the person at the terminal."""

from __future__ import annotations


class PipelinesError(Exception):
    """A request can't be carried out; the message says why and what helps."""


class SpecError(PipelinesError):
    """A declared pipeline is not valid; the message names every problem."""


class ContractError(PipelinesError):
    """Pipelines and notebooks do not fit; the message has one line for each problem."""


class StackError(PipelinesError):
    """The stack's outputs can't be read."""


class ServiceError(PipelinesError):
    """Azure ML or the storage account refused or could not be reached."""


class TransientError(ServiceError):
    """A service was busy, failed for the moment, or hung up: the same may work soon.

    Whether it did what it was asked is unknown.
    """

    def __init__(self, message: str, *, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds
        """How long the service asks to be left alone; None if it does not say."""


class NotReadyError(PipelinesError):
    """Something that a run needs is missing, broken or about to expire."""


class NotPublishedError(PipelinesError):
    """There is no published pipeline to run or to look at."""


class NoOutputError(PipelinesError):
    """A run has left no complete output."""
