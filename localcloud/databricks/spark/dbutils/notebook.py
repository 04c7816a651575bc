"""``dbutils.notebook``: leave the notebook with a value. Does not run other notebooks."""

from __future__ import annotations


class NotebookExit(BaseException):
    """Carries the value out. No ``except Exception`` of the notebook can catch it."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


class NotebookControl:
    """The object that a notebook knows as ``dbutils.notebook``."""

    def exit(self, value: object = "") -> None:
        """End the notebook here, with success and with this value as its result."""
        raise NotebookExit(str(value))

    def run(self, path: str, *_: object) -> None:
        """Refused: a second notebook would need a second process."""
        raise NotImplementedError(
            f"dbutils.notebook.run({path!r}): localcloud runs one notebook per run; "
            "use %run, or a run of its own"
        )
