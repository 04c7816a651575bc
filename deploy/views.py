"""What ``python -m pipelines ... --json`` prints, as far as a summary shows it."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deploy.commands import Finished
from deploy.errors import DeployError


class _View(BaseModel):
    """Fields that are not shown are ignored: the command may say more."""

    model_config = ConfigDict(frozen=True, extra="ignore")


View = TypeVar("View", bound=_View)


class Published(_View):
    """A published pipeline."""

    name: str
    id: str
    version: str
    endpoint_url: str
    is_new: bool


class Place(_View):
    """Where an output is."""

    datastore: str
    path: str
    url: str


class Failure(_View):
    """Why a run failed."""

    step: str
    reason: str
    log: str


class Preview(_View):
    """The first rows of an output."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


class Run(_View):
    """A run at its end."""

    id: str
    pipeline: str
    state: str
    started: datetime | None
    ended: datetime | None
    portal_url: str
    output: Place | None = None
    failure: Failure | None = None
    report: dict[str, int | float | str] | None = None
    metrics: dict[str, int | float | str] = Field(default_factory=dict)
    preview: Preview | None = None


def read(kind: type[View], finished: Finished) -> View:
    """The JSON that a command printed.

    Raises:
        DeployError: it printed none, or other JSON.
    """
    try:
        return kind.model_validate_json(finished.stdout)
    except ValidationError as error:
        raise DeployError(
            f"{finished.command} printed something else than expected "
            f"({error.error_count()} problems, the first: {error.errors()[0]['msg']})"
        ) from None
