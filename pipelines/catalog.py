"""Every pipeline that there is, by name. A new one is declared in a file of its own, named here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipelines.errors import SpecError
from pipelines.feature_engineering import feature_engineering
from pipelines.spec import Pipeline, did_you_mean
from pipelines.training import training
from stack_outputs import StackOutputs

PIPELINES: Mapping[str, Callable[[StackOutputs], Pipeline]] = {
    "feature-engineering": feature_engineering,
    "training": training,
}
DEFAULT = "feature-engineering"


def find(name: str, stack: StackOutputs) -> Pipeline:
    """The pipeline of this name, on what ``stack`` has deployed.

    Raises:
        SpecError: there is none.
    """
    if name not in PIPELINES:
        raise SpecError(f"there is no pipeline {name!r}{did_you_mean(name, PIPELINES)}")
    return PIPELINES[name](stack)
