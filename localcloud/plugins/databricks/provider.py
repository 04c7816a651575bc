"""The databricks package: what lives inside a workspace."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import TYPE_CHECKING

from localcloud.plugins.databricks.functions import CURRENT_USER, current_user
from localcloud.plugins.databricks.resources import find_kind
from localcloud.plugins.databricks.settings import Settings
from localcloud.plugins.diff import Diff, compare
from localcloud.plugins.drift import drifted
from localcloud.plugins.lean import LOADING
from localcloud.plugins.properties import Properties
from localcloud.plugins.provider import (
    Checked,
    Found,
    MissingError,
    Provider,
    ProviderError,
    Resource,
    State,
)

if TYPE_CHECKING:
    from localcloud.plugins.databricks.workspace_api import WorkspaceApi

NAME_SUFFIX_LENGTH = 7
ROUTING = "providerConfig"
"""Input that picks another workspace per resource; there is one workspace per provider here."""


class DatabricksProvider(Provider):
    """Deploys databricks resources to one local workspace."""

    distribution = "pulumi-databricks"

    _settings: Settings

    def configure(self, config: Properties) -> None:
        """Take the workspace's address and the way to sign in; no call yet."""
        self._settings = Settings.from_config(config)

    def check(self, resource: Resource, old: Properties, new: Properties, seed: bytes) -> Checked:
        """Fill in a name where the type has one and the program gives none."""
        kind = find_kind(resource.type)
        if ROUTING in new:
            return Checked(new, {ROUTING: "localcloud's providers have one workspace each"})
        if kind.name_input is None or kind.name_input in new:
            return Checked(new)
        suffix = hashlib.sha256(seed + resource.name.encode()).hexdigest()[:NAME_SUFFIX_LENGTH]
        name = old.get(kind.name_input) or f"{resource.name}-{suffix}"
        return Checked({**new, kind.name_input: name})

    def diff(self, resource: Resource, old: Properties, new: Properties) -> Diff:
        """Compare inputs."""
        kind = find_kind(resource.type)
        return compare(old, new, create_only=kind.create_only, identity=kind.identity)

    def create(self, resource: Resource, inputs: Properties, timeout_seconds: float) -> State:
        """Make the object."""
        return find_kind(resource.type).create(self._api, inputs)

    def read(self, resource: Resource, last: State, inputs: Properties) -> Found | None:
        """Look at the object; what changed since ``last`` is carried into the inputs."""
        kind = find_kind(resource.type)
        try:
            outputs = kind.read(self._api, last)
        except MissingError:
            return None
        before = _without(last.outputs, kind.computed)
        now = _without(outputs, kind.computed)
        return Found(drifted(inputs, before, now) if inputs else now, State(last.id, outputs))

    def update(
        self, resource: Resource, last: State, inputs: Properties, timeout_seconds: float
    ) -> Properties:
        """Change the object in place."""
        return find_kind(resource.type).update(self._api, last, inputs)

    def delete(self, resource: Resource, last: State, timeout_seconds: float) -> None:
        """Delete the object; one that is gone already is no error."""
        try:
            find_kind(resource.type).delete(self._api, last)
        except MissingError:
            return

    def invoke(self, function: str, arguments: Properties) -> Properties:
        """Tell who is signed in; no other function of the package is emulated."""
        if function == CURRENT_USER:
            return current_user(self._api)
        raise ProviderError(f"Function '{function}' not found: localcloud does not emulate it")

    @cached_property
    def _api(self) -> WorkspaceApi:
        with LOADING:
            from localcloud.plugins.databricks.workspace_api import WorkspaceApi

            return WorkspaceApi(self._settings)


def _without(properties: Properties, names: frozenset[str]) -> Properties:
    return {key: value for key, value in properties.items() if key not in names}
