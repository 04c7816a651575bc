"""Where the bootstrap's own state is: in the storage that it makes, from the first run's end on.

The first run can't keep it there, so it begins in a folder of this machine and is moved. A run
that is cut short before that leaves the folder, and the next run goes on from it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from platformdirs import user_data_path
from pulumi import automation as auto
from pulumi.automation.errors import CommandError
from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed

from bootstrap.settings import STATE_STACK, BootstrapError, Settings

PROJECT = "dataopsml-bootstrap"
ROLE_TAKES_EFFECT_SECONDS = 600
"""https://learn.microsoft.com/azure/role-based-access-control/troubleshooting"""

RETRY_SECONDS = 10

Program = Callable[[], None]


def container_url(settings: Settings, container: str = STATE_STACK) -> str:
    """Pulumi's address of a state container."""
    return f"azblob://{container}?storage_account={settings.storage_account}"


class State:
    """The bootstrap's state, wherever it is now.

    Args:
        settings: names the storage account.
        folder: where it begins; by default one among the user's data.
        is_made: whether the container for it exists.
    """

    def __init__(
        self, settings: Settings, *, is_made: Callable[[], bool], folder: Path | None = None
    ) -> None:
        self._url = container_url(settings)
        self._folder = folder or user_data_path("dataopsml") / "bootstrap" / (
            settings.storage_account
        )
        self._begins_here = self._folder.exists() or not is_made()

    @contextmanager
    def to_look_at(self, program: Program) -> Iterator[auto.Stack]:
        """The stack for a preview, which leaves nothing behind."""
        if self._begins_here and not self._folder.exists():
            with TemporaryDirectory() as folder:
                yield _stack(f"file://{folder}", program)
        else:
            yield self.to_change(program)

    def to_change(self, program: Program) -> auto.Stack:
        """The stack, made if this is the first run."""
        if self._begins_here:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return _stack(f"file://{self._folder}", program)
        return _stack(self._url, program)

    def settle(self, stack: auto.Stack, program: Program) -> str | None:
        """Move the state to its container, if it is not there yet.

        Returns:
            Where it was moved to; None if it was there.

        Raises:
            BootstrapError: the container can't be written to.
        """
        if not self._begins_here:
            return None
        deployment = stack.export_stack()
        try:
            # The role that lets us in was granted a moment ago.
            moved = Retrying(
                retry=retry_if_exception_type(CommandError),
                stop=stop_after_delay(ROLE_TAKES_EFFECT_SECONDS),
                wait=wait_fixed(RETRY_SECONDS),
            )(lambda: _stack(self._url, program))
        except RetryError as error:
            raise BootstrapError(
                f"everything is made, but its state can't be moved to {self._url}: "
                f"{error.last_attempt.exception()}\n"
                f"It stays in {self._folder}. Run the same command again in some minutes."
            ) from None
        moved.import_stack(deployment)
        shutil.rmtree(self._folder)
        self._begins_here = False
        return self._url


def _stack(backend: str, program: Program) -> auto.Stack:
    return auto.create_or_select_stack(
        stack_name=STATE_STACK,
        project_name=PROJECT,
        program=program,
        opts=auto.LocalWorkspaceOptions(
            project_settings=auto.ProjectSettings(
                name=PROJECT, runtime="python", backend=auto.ProjectBackend(url=backend)
            ),
            # Its state has no secrets to encrypt; an empty passphrase asks for nothing.
            env_vars={"PULUMI_BACKEND_URL": backend, "PULUMI_CONFIG_PASSPHRASE": ""},
        ),
    )
