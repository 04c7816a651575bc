"""What a resource type of the databricks package is, and how its fields are named in the API."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING

from localcloud.plugins.properties import Properties, Value
from localcloud.plugins.provider import ProviderError, State

if TYPE_CHECKING:
    from localcloud.plugins.databricks.workspace_api import WorkspaceApi

FREE_KEYS = frozenset(
    {"customTags", "custom_tags", "sparkConf", "spark_conf", "sparkEnvVars", "spark_env_vars"}
)
"""Fields whose keys are the user's own."""


class Kind(ABC):
    """One resource type.

    Attributes:
        create_only: dotted names of inputs that can't be changed later.
        identity: inputs that make up the id; empty where the workspace gives it.
        computed: outputs that are no inputs.
        name_input: the input that gets a name of its own when the program gives none.
    """

    create_only: frozenset[str] = frozenset()
    identity: frozenset[str] = frozenset()
    computed: frozenset[str] = frozenset()
    name_input: str | None = None

    @abstractmethod
    def create(self, api: WorkspaceApi, inputs: Properties) -> State:
        """Make the object."""

    @abstractmethod
    def read(self, api: WorkspaceApi, last: State) -> Properties:
        """The object's outputs; raises MissingError if it is gone."""

    @abstractmethod
    def delete(self, api: WorkspaceApi, last: State) -> None:
        """Delete the object; may raise MissingError."""

    def update(self, api: WorkspaceApi, last: State, inputs: Properties) -> Properties:
        """Change the object in place."""
        raise ProviderError(f"{type(self).__name__} {last.id!r} can't be changed in place")


def to_api(inputs: Properties) -> Properties:
    """camelCase fields as the API's snake_case ones."""
    return {_snake(key): _converted(key, value, to_api) for key, value in inputs.items()}


def from_api(answer: Properties) -> Properties:
    """snake_case fields of the API as camelCase ones."""
    return {_camel(key): _converted(key, value, from_api) for key, value in answer.items()}


def _converted(key: str, value: Value, convert: Callable[[Properties], Properties]) -> Value:
    if isinstance(value, list):
        return [_converted(key, item, convert) for item in value]
    if isinstance(value, dict) and key not in FREE_KEYS:
        return convert(value)
    return value


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def _camel(name: str) -> str:
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)
