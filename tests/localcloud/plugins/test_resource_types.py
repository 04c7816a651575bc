"""The table of types agrees with Pulumi's own SDK and with the vendor's wire models."""

from __future__ import annotations

import importlib

import pytest
from pulumi._types import _PULUMI_NAME

from localcloud.arm.schema import load
from localcloud.plugins.azure_native.resource_type import COMPUTED, ResourceType
from localcloud.plugins.azure_native.resource_types import TYPES
from localcloud.plugins.azure_native.translate import request_body
from localcloud.plugins.properties import Properties

IN_COMMON = {"id"}
"""Of every resource; the engine's own."""


def names(cls: type) -> set[str]:
    """Wire names of the properties of a class of the SDK."""
    properties = ((name, item) for name, item in vars(cls).items() if isinstance(item, property))
    return {getattr(item.fget, _PULUMI_NAME, name) for name, item in properties}


def sdk(name: str) -> tuple[set[str], set[str]]:
    """Names of the inputs and of the outputs of a type."""
    module_name, _, class_name = name.partition(":")
    module = importlib.import_module(f"pulumi_azure_native.{module_name}")
    resource = getattr(module, class_name)
    code = importlib.import_module(resource.__module__)
    # Where another type's field has the plain name, the resource's own arguments give way.
    arguments = getattr(code, f"{class_name}InitArgs", None) or getattr(code, f"{class_name}Args")
    return names(arguments) - IN_COMMON, names(resource)


@pytest.mark.parametrize("name", TYPES)
def test_a_types_inputs_and_outputs_are_those_of_the_sdk(name: str) -> None:
    kind = TYPES[name]
    inputs, outputs = sdk(name)
    top_level = {entry for entry in kind.computed if "." not in entry}
    assert set(kind.path_inputs) | kind.query <= inputs
    assert ("location" in inputs) == kind.located
    assert {entry.partition(".")[0] for entry in kind.create_only | kind.kept} <= inputs
    assert {entry.partition(".")[0] for entry in kind.nested | kind.computed} <= outputs
    assert outputs - inputs - COMPUTED == top_level


@pytest.mark.parametrize("name", [name for name, kind in TYPES.items() if not kind.data_plane])
def test_every_input_lies_where_the_wire_model_has_it(name: str) -> None:
    kind = TYPES[name]
    asked, _ = sdk(name)
    inputs: Properties = dict.fromkeys(asked)
    body = request_body(kind, inputs)
    properties = body.pop("properties", None)
    namespace, type_name = arm_type(kind)
    schema = load(namespace)
    for key in body:
        assert schema.has(type_name, key), f"{key} is not beside properties"
    for key in properties if isinstance(properties, dict) else ():
        assert schema.has(type_name, "properties", key), f"{key} is not in properties"


def arm_type(kind: ResourceType) -> tuple[str, str]:
    """Provider namespace and full type, as in an ARM path: every second segment is a name."""
    if "/providers/" not in kind.path:
        return "Microsoft.Resources", "Microsoft.Resources/resourceGroups"
    namespace, *segments = kind.path.rpartition("/providers/")[2].split("/")
    return namespace, "/".join([namespace, *segments[::2]])
