"""The azure-native package: resources of Azure Resource Manager, and blobs.

Like the vendor's plugin, with one difference on purpose: it does not look whether a resource
exists before it creates it. ARM's PUT takes both, so a deployment that was killed between the
cloud's work and the engine's note of it can simply be repeated.
"""

from __future__ import annotations

import hashlib
import uuid
from functools import cached_property
from typing import TYPE_CHECKING

from localcloud.plugins.azure_native.functions import invoke
from localcloud.plugins.azure_native.resource_type import ResourceType
from localcloud.plugins.azure_native.resource_types import find_type
from localcloud.plugins.azure_native.settings import Settings
from localcloud.plugins.azure_native.translate import (
    inputs_of,
    outputs,
    path_values,
    request_body,
    resource_id,
)
from localcloud.plugins.diff import Diff, compare
from localcloud.plugins.drift import drifted
from localcloud.plugins.lean import LOADING
from localcloud.plugins.properties import UNKNOWN, Properties, Value
from localcloud.plugins.provider import (
    Checked,
    Found,
    HalfCreatedError,
    MissingError,
    OperationFailedError,
    Provider,
    ProviderError,
    Resource,
    State,
)

if TYPE_CHECKING:
    from localcloud.plugins.azure_native.arm import Arm
    from localcloud.plugins.azure_native.blob import Blobs

BLOB = find_type("azure-native:storage:Blob")
NAME_SUFFIX_LENGTH = 8


class AzureNativeProvider(Provider):
    """Deploys azure-native resources to the local cloud."""

    distribution = "pulumi-azure-native"

    _settings: Settings

    def configure(self, config: Properties) -> None:
        """Take subscription and default location; no call yet."""
        self._settings = Settings.from_config(config)

    def check(self, resource: Resource, old: Properties, new: Properties, seed: bytes) -> Checked:
        """Fill in the name and the location, and ask for what makes up the id."""
        kind = find_type(resource.type)
        inputs = dict(new)
        if kind.name_input not in inputs:
            inputs[kind.name_input] = old.get(kind.name_input) or _own_name(kind, resource, seed)
        missing = {
            name: f"missing required property {name!r}"
            for name in kind.path_inputs
            if inputs.get(name) in (None, "")
        }
        if kind.located and "location" not in inputs and not missing:
            location = (
                old.get("location") or self._settings.location or self._group_location(inputs)
            )
            inputs = {**inputs, "location": location} if location else inputs
        return Checked(inputs, missing)

    def diff(self, resource: Resource, old: Properties, new: Properties) -> Diff:
        """Compare inputs."""
        kind = find_type(resource.type)
        return compare(
            old,
            new,
            create_only=kind.create_only | {"location"},
            identity=frozenset(kind.path_inputs),
        )

    def create(self, resource: Resource, inputs: Properties, timeout_seconds: float) -> State:
        """Write the resource under the id that its inputs lead to."""
        kind = find_type(resource.type)
        arm_id = resource_id(kind, inputs, self._settings.subscription_id)
        try:
            return self._write(kind, arm_id, inputs, inputs, timeout_seconds)
        except OperationFailedError as error:
            left = self._arm.get(arm_id, kind.api_version)
            if left is None:
                raise
            raise HalfCreatedError(str(error), _state(kind, left, inputs)) from error

    def read(self, resource: Resource, last: State, inputs: Properties) -> Found | None:
        """Look at the resource; what changed since ``last`` is carried into the inputs."""
        kind = find_type(resource.type)
        # An import takes everything: nothing says yet what the program leaves to others.
        state = self._look(kind, last.id, inputs or dict.fromkeys(kind.kept))
        if state is None:
            return None
        now = inputs_of(kind, state.outputs)
        if not inputs:
            return Found({**path_values(kind, last.id), **now}, state)
        return Found(drifted(inputs, inputs_of(kind, last.outputs), now), state)

    def update(
        self, resource: Resource, last: State, inputs: Properties, timeout_seconds: float
    ) -> Properties:
        """Write the resource anew, with what others put into it left as it is."""
        kind = find_type(resource.type)
        silent = kind.kept - inputs.keys()
        kept: Properties = {}
        if silent and (answer := self._arm.get(last.id, kind.api_version)):
            seen = outputs(kind, answer, dict.fromkeys(kind.kept))
            kept = {key: value for key, value in seen.items() if key in silent}
        sent = {**kept, **inputs}
        return self._write(kind, last.id, sent, inputs, timeout_seconds).outputs

    def delete(self, resource: Resource, last: State, timeout_seconds: float) -> None:
        """Delete the resource."""
        kind = find_type(resource.type)
        if not kind.data_plane:
            self._arm.delete(last.id, kind.api_version, timeout_seconds=timeout_seconds)
            return
        try:
            self._blobs.delete(last.id)
        except MissingError:
            return

    def invoke(self, function: str, arguments: Properties) -> Properties:
        """Call a function of the package."""
        return invoke(self._arm, self._settings.subscription_id, function, arguments)

    @cached_property
    def _arm(self) -> Arm:
        with LOADING:
            from localcloud.plugins.azure_native.arm import Arm

            return Arm(self._settings)

    @cached_property
    def _blobs(self) -> Blobs:
        arm = self._arm
        with LOADING:
            from localcloud.plugins.azure_native.blob import Blobs

            return Blobs(arm, BLOB)

    def _write(
        self,
        kind: ResourceType,
        arm_id: str,
        sent: Properties,
        inputs: Properties,
        timeout_seconds: float,
    ) -> State:
        if kind.data_plane:
            return State(arm_id, self._blobs.write(arm_id, sent))
        query = {key: str(sent[key]).lower() for key in kind.query & sent.keys()}
        answer = self._arm.put(
            arm_id,
            kind.api_version,
            request_body(kind, sent),
            query=query,
            timeout_seconds=timeout_seconds,
        )
        return _state(kind, answer, inputs)

    def _look(self, kind: ResourceType, arm_id: str, inputs: Properties) -> State | None:
        if kind.data_plane:
            try:
                return State(arm_id, self._blobs.read(arm_id))
            except MissingError:
                return None
        answer = self._arm.get(arm_id, kind.api_version)
        return None if answer is None else _state(kind, answer, inputs)

    def _group_location(self, inputs: Properties) -> Value:
        """The location of the resource group, None if there is no such group."""
        group = find_type("azure-native:resources:ResourceGroup")
        if inputs.get(group.name_input, UNKNOWN) is UNKNOWN:
            return UNKNOWN
        arm_id = resource_id(group, inputs, self._settings.subscription_id)
        found = self._arm.get(arm_id, group.api_version)
        return found["location"] if found else None


def _state(kind: ResourceType, answer: Properties, inputs: Properties) -> State:
    arm_id = answer.get("id")
    if not isinstance(arm_id, str):
        raise ProviderError(f"the answer has no id: {answer!r}")
    return State(arm_id, outputs(kind, answer, inputs))


def _own_name(kind: ResourceType, resource: Resource, seed: bytes) -> str:
    """A name for a resource that the program gives none: unique, and the same for one seed."""
    digest = hashlib.sha256(seed + resource.name.encode())
    if kind.name_input == "roleAssignmentName":
        return str(uuid.UUID(bytes=digest.digest()[:16], version=4))
    if kind.is_nested:
        return resource.name
    return f"{resource.name}{digest.hexdigest()[:NAME_SUFFIX_LENGTH]}"
