"""What can go wrong with a pipeline, in words for the person at the terminal."""

from __future__ import annotations


class PipelinesError(Exception):
    """A request can't be carried out; the message says why and what helps."""


class SpecError(PipelinesError):
    """A declared pipeline is not valid; the message names every problem."""


class StackError(PipelinesError):
    """The stack's outputs can't be read."""


class ServiceError(PipelinesError):
    """Azure ML or the storage account refused or could not be reached."""


class NotPublishedError(PipelinesError):
    """There is no published pipeline to run or to look at."""


class NoOutputError(PipelinesError):
    """A run has left no complete output."""
