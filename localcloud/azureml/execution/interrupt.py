"""How a run under way is told to stop: because someone cancels it, or because the cloud stops."""

from __future__ import annotations

import threading


class AbandonedError(Exception):
    """The cloud stops: leave everything as it is and end the thread."""


class Interrupt:
    """One per run; shared by the run's threads."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._abandoned = threading.Event()

    def cancel(self) -> None:
        """Ask the run to cancel what it does on Databricks and end."""
        self._event.set()

    def abandon(self) -> None:
        """Ask the run's threads to end at once."""
        self._abandoned.set()
        self._event.set()

    @property
    def requested(self) -> bool:
        """Whether nothing new should be started.

        Raises:
            AbandonedError: the cloud stops.
        """
        if self._abandoned.is_set():
            raise AbandonedError
        return self._event.is_set()

    def wait(self, seconds: float) -> bool:
        """Wait, but not longer than until an interruption; whether there is one.

        Raises:
            AbandonedError: the cloud stops.
        """
        self._event.wait(seconds)
        return self.requested

    def pause(self, seconds: float) -> None:
        """Wait although a cancellation was requested: it is being carried out.

        Raises:
            AbandonedError: the cloud stops.
        """
        if self._abandoned.wait(seconds):
            raise AbandonedError
