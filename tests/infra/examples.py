"""Values that the tests of the components share."""

from __future__ import annotations

import json
from functools import cache
from ipaddress import IPv4Network
from pathlib import Path
from typing import Any

import yaml

from infra.databricks_workspace import DatabricksWorkspace, DatabricksWorkspaceArgs
from infra.naming import ResourceNames
from infra.network import Network, NetworkArgs
from infra.settings import PROJECT
from infra.site import Site, SiteArgs

PROJECT_DIR = Path(__file__).resolve().parents[2]

NAMES = ResourceNames.compose("sample", "dev")
TAGS = {"owner": "data-team"}
PLACE = {
    "resourceGroupName": "rg-sample-dev-main",
    "location": "westeurope",
    "tags": TAGS,
}
"""What a resource that lies in the site has in common with the others."""


def site() -> Site:
    """The surroundings of a component under test. Call it inside a deployed program."""
    return Site("main", SiteArgs(location="westeurope", names=NAMES, tags=TAGS))


@cache
def declared_settings() -> dict[str, dict[str, Any]]:
    """Configuration key, with its namespace, to its declaration in ``Pulumi.yaml``."""
    project = yaml.safe_load((PROJECT_DIR / "Pulumi.yaml").read_text())
    return dict(project["config"])


def configured(**values: str) -> dict[str, str]:
    """A stack's configuration as the engine hands it over: its values over the defaults."""
    defaults = {
        key: raw(declaration["default"])
        for key, declaration in declared_settings().items()
        if "default" in declaration
    }
    return defaults | {f"{PROJECT}:{key}": value for key, value in values.items()}


def raw(value: object) -> str:
    """A configuration value as the engine writes it: text as it is, the rest as JSON."""
    return value if isinstance(value, str) else json.dumps(value)


def databricks_workspace(place: Site, auth_type: str = "azure-cli") -> DatabricksWorkspace:
    """A Databricks workspace in a network of its own. Call it inside a deployed program."""
    space = IPv4Network("10.10.0.0/16")
    network = Network("network", NetworkArgs(site=place, address_space=space))
    return DatabricksWorkspace(
        "databricks",
        DatabricksWorkspaceArgs(site=place, network=network, auth_type=auth_type),
    )
