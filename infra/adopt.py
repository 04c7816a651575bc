"""``python -m infra.adopt terraform.tfstate``: what ``pulumi import --file`` takes, from Terraform.

Reads the state (version 4) of an environment that the older Terraform sample made, and says which
of its resources become which of this program's. It asks nobody and changes nothing. What the
program does not declare is named and left out.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from infra.settings import PROJECT

STATE_VERSION = 4
TRAINING_MODULE = "training"
"""Part of the address of the module whose storage account holds the training data."""


class StateError(ValueError):
    """The file is no Terraform state that can be read; the message is one line."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a resource has its place in this program.

    Attributes:
        type: type token without the package, e.g. ``storage:StorageAccount``.
        name: name in the program.
        component: class and name of the component that declares it.
        path: provider namespace and type of its ARM id, in Azure's own case.
    """

    type: str
    name: str
    component: tuple[str, str]
    path: str


ML, NETWORK, TRAINING = ("MlWorkspace", "ml"), ("Network", "network"), ("TrainingData", "training")
STORAGE = "Microsoft.Storage/storageAccounts"

GROUP = Place(
    type="resources:ResourceGroup", name="main-group", component=("Site", "main"), path=""
)
PLACES: Mapping[str, Place] = {
    "azurerm_virtual_network": Place(
        type="network:VirtualNetwork",
        name="network-vnet",
        component=NETWORK,
        path="Microsoft.Network/virtualNetworks",
    ),
    "azurerm_network_security_group": Place(
        type="network:NetworkSecurityGroup",
        name="network-nsg",
        component=NETWORK,
        path="Microsoft.Network/networkSecurityGroups",
    ),
    "azurerm_key_vault": Place(
        type="keyvault:Vault", name="ml-vault", component=ML, path="Microsoft.KeyVault/vaults"
    ),
    "azurerm_application_insights": Place(
        type="applicationinsights:Component",
        name="ml-insights",
        component=ML,
        path="Microsoft.Insights/components",
    ),
    "azurerm_container_registry": Place(
        type="containerregistry:Registry",
        name="registry-acr",
        component=("ContainerRegistry", "registry"),
        path="Microsoft.ContainerRegistry/registries",
    ),
    "azurerm_machine_learning_workspace": Place(
        type="machinelearningservices:Workspace",
        name="ml-aml",
        component=ML,
        path="Microsoft.MachineLearningServices/workspaces",
    ),
    "azurerm_databricks_workspace": Place(
        type="databricks:Workspace",
        name="databricks-dbricks",
        component=("DatabricksWorkspace", "databricks"),
        path="Microsoft.Databricks/workspaces",
    ),
}
ML_STORAGE = Place(type="storage:StorageAccount", name="ml-storage", component=ML, path=STORAGE)
TRAINING_STORAGE = Place(
    type="storage:StorageAccount", name="training-storage", component=TRAINING, path=STORAGE
)
CONTAINER = Place(
    type="storage:BlobContainer",
    name="training-container",
    component=TRAINING,
    path=f"{STORAGE}/blobServices/containers",
)

LEFT_OUT = {
    "azurerm_subnet": "it is part of its virtual network here",
    "azurerm_storage_blob": "its content can't be read back; the deployment uploads it again",
}
"""Reasons for what the older sample had and an import can't take."""


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One instance of a managed resource in a Terraform state."""

    address: str
    type: str
    attributes: Mapping[str, Any]

    @property
    def arm_id(self) -> str:
        """Its id in Azure Resource Manager; some types keep another one under ``id``."""
        return str(self.attributes.get("resource_manager_id") or self.attributes.get("id") or "")


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """What is imported, and a sentence for each resource that is not."""

    resources: list[dict[str, str | bool]]
    left_out: list[str]


def read_state(text: str, file: str) -> list[Resource]:
    """The managed resources of a Terraform state.

    Raises:
        StateError: it is not one, or of another version.
    """
    try:
        state = json.loads(text)
        found = state.get("version")
        if found != STATE_VERSION:
            raise StateError(
                f"{file}: Terraform state of version {found}, expected {STATE_VERSION}"
            )
        return [
            Resource(
                address=".".join(filter(None, (each.get("module"), each["type"], each["name"]))),
                type=each["type"],
                attributes=instance["attributes"],
            )
            for each in state["resources"]
            if each["mode"] == "managed"
            for instance in each["instances"]
        ]
    except (AttributeError, KeyError, TypeError, json.JSONDecodeError) as problem:
        raise StateError(
            f"{file}: no Terraform state: {type(problem).__name__} {problem}"
        ) from None


def adopt(resources: list[Resource]) -> Adoption:
    """Give each resource its place in the program."""
    imported: list[dict[str, str | bool]] = []
    components: dict[str, str] = {}
    left_out: list[str] = []
    names: set[str] = set()
    for resource in resources:
        place = place_of(resource)
        arm_id = canonical_id(resource.arm_id, place) if place else ""
        if place is None or not arm_id or place.name in names:
            reason = LEFT_OUT.get(resource.type, "the program declares nothing like it")
            left_out.append(f"{resource.address} is left out: {reason}")
            continue
        names.add(place.name)
        kind, parent = place.component
        components[parent] = kind
        imported.append(
            {
                "type": f"azure-native:{place.type}",
                "name": place.name,
                "id": arm_id,
                "parent": parent,
                "version": version("pulumi-azure-native"),
            }
        )
    return Adoption(resources=[*_components(components), *imported], left_out=left_out)


def place_of(resource: Resource) -> Place | None:
    """Where a resource has its place; None if it has none."""
    is_training = TRAINING_MODULE in resource.address
    if resource.type == "azurerm_resource_group":
        return GROUP
    if resource.type == "azurerm_storage_account":
        return TRAINING_STORAGE if is_training else ML_STORAGE
    if resource.type == "azurerm_storage_container":
        return CONTAINER if is_training else None
    return PLACES.get(resource.type)


def canonical_id(arm_id: str, place: Place) -> str:
    """An ARM id in Azure's own case, which Terraform does not keep; empty if it is none."""
    names = re.fullmatch(
        r"/subscriptions/([^/]+)/resourcegroups/([^/]+)(?:/providers/[^/]+/(.+))?",
        arm_id,
        re.IGNORECASE,
    )
    if names is None:
        return ""
    group = f"/subscriptions/{names[1]}/resourceGroups/{names[2]}"
    if not place.path:
        return group
    namespace, *types = place.path.split("/")
    own = (names[3] or "").split("/")[1::2]
    if len(own) != len(types):
        return ""
    pairs = "/".join(f"{kind}/{name}" for kind, name in zip(types, own, strict=True))
    return f"{group}/providers/{namespace}/{pairs}"


def _components(components: Mapping[str, str]) -> Iterator[dict[str, str | bool]]:
    for name, kind in components.items():
        yield {"type": f"{PROJECT}:infra:{kind}", "name": name, "component": True}


def main(
    state: Annotated[Path, typer.Argument(help="Terraform state, version 4.")],
) -> None:
    """Print the import file for a Terraform state; what is left out is told on standard error."""
    try:
        adoption = adopt(read_state(state.read_text(encoding="utf-8"), str(state)))
    except (StateError, OSError, UnicodeDecodeError) as problem:
        sys.stderr.write(f"error  {problem}\n")
        raise SystemExit(1) from None
    sys.stderr.write("".join(f"{line}\n" for line in adoption.left_out))
    sys.stdout.write(json.dumps({"resources": adoption.resources}, indent=2) + "\n")


if __name__ == "__main__":
    typer.run(main)
