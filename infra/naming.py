"""The name of every Azure resource, and the limits that Azure sets on names.

Pure functions and data. It does not look whether a name is still free in Azure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, get_type_hints

NAME_RULES_URL = (
    "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules"
)
"""Where Azure documents the limits below."""


@dataclass(frozen=True, kw_only=True)
class NameLimit:
    """What Azure accepts as the name of one kind of resource."""

    kind: str
    shortest: int
    longest: int
    pattern: str
    """Regular expression of the whole name; the length is checked apart from it."""

    def accepts(self, name: str) -> bool:
        """Whether Azure takes the name."""
        length_fits = self.shortest <= len(name) <= self.longest
        return length_fits and re.fullmatch(self.pattern, name) is not None


_WORD = r"[a-zA-Z0-9][a-zA-Z0-9._-]*[a-zA-Z0-9_]"
_DASHED = r"[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]"

RESOURCE_GROUP = NameLimit(kind="resource group", shortest=1, longest=90, pattern=_WORD)
VIRTUAL_NETWORK = NameLimit(kind="virtual network", shortest=2, longest=64, pattern=_WORD)
NETWORK_SECURITY_GROUP = NameLimit(
    kind="network security group", shortest=1, longest=80, pattern=_WORD
)
NAT_GATEWAY = NameLimit(kind="NAT gateway", shortest=1, longest=80, pattern=_WORD)
PUBLIC_IP_ADDRESS = NameLimit(kind="public IP address", shortest=1, longest=80, pattern=_WORD)
LOG_ANALYTICS = NameLimit(kind="Log Analytics workspace", shortest=4, longest=63, pattern=_DASHED)
APPLICATION_INSIGHTS = NameLimit(
    kind="Application Insights", shortest=1, longest=260, pattern=_WORD
)
KEY_VAULT = NameLimit(kind="key vault", shortest=3, longest=24, pattern=r"[a-zA-Z](-?[a-zA-Z0-9])*")
STORAGE_ACCOUNT = NameLimit(kind="storage account", shortest=3, longest=24, pattern=r"[a-z0-9]+")
CONTAINER_REGISTRY = NameLimit(
    kind="container registry", shortest=5, longest=50, pattern=r"[a-zA-Z0-9]+"
)
ML_WORKSPACE = NameLimit(
    kind="Azure ML workspace",
    shortest=3,
    longest=33,
    pattern=r"[a-zA-Z0-9][a-zA-Z0-9_-]*",
)
DATABRICKS_WORKSPACE = NameLimit(
    kind="Databricks workspace", shortest=3, longest=64, pattern=r"[a-zA-Z0-9_-]+"
)
INSTANCE_POOL = NameLimit(kind="instance pool", shortest=1, longest=99, pattern=r".+")
"""https://docs.databricks.com/api/azure/workspace/instancepools/create"""


@dataclass(frozen=True, kw_only=True)
class ResourceNames:
    """Every name that carries the base name and the environment, each with its limit."""

    resource_group: Annotated[str, RESOURCE_GROUP]
    virtual_network: Annotated[str, VIRTUAL_NETWORK]
    network_security_group: Annotated[str, NETWORK_SECURITY_GROUP]
    nat_gateway: Annotated[str, NAT_GATEWAY]
    public_ip_address: Annotated[str, PUBLIC_IP_ADDRESS]
    log_analytics: Annotated[str, LOG_ANALYTICS]
    application_insights: Annotated[str, APPLICATION_INSIGHTS]
    key_vault: Annotated[str, KEY_VAULT]
    ml_storage_account: Annotated[str, STORAGE_ACCOUNT]
    container_registry: Annotated[str, CONTAINER_REGISTRY]
    ml_workspace: Annotated[str, ML_WORKSPACE]
    training_storage_account: Annotated[str, STORAGE_ACCOUNT]
    databricks_workspace: Annotated[str, DATABRICKS_WORKSPACE]
    databricks_resource_group: Annotated[str, RESOURCE_GROUP]
    """The group that Databricks makes for its own resources; it must not exist before."""
    instance_pool: Annotated[str, INSTANCE_POOL]

    @classmethod
    def compose(cls, base: str, environment: str) -> ResourceNames:
        """All names of one environment."""
        stem = f"{base}-{environment}"
        return cls(
            resource_group=f"rg-{stem}-main",
            virtual_network=f"vnet-{stem}",
            network_security_group=f"nsg-{stem}-databricks",
            nat_gateway=f"nat-{stem}",
            public_ip_address=f"pip-{stem}-nat",
            log_analytics=f"log-{stem}",
            application_insights=f"appinsights-{stem}",
            key_vault=f"kv-{stem}",
            ml_storage_account=f"st{base}{environment}",
            container_registry=f"acr{base}{environment}",
            ml_workspace=f"aml-{stem}",
            training_storage_account=f"st{base}tr{environment}",
            databricks_workspace=f"dbricks-{stem}",
            databricks_resource_group=f"rg-{stem}-databricks",
            instance_pool=f"pool-{stem}",
        )

    def violations(self) -> Iterator[str]:
        """One sentence for every name that Azure or Databricks would refuse."""
        for field, hint in get_type_hints(ResourceNames, include_extras=True).items():
            name = getattr(self, field)
            limit: NameLimit = hint.__metadata__[0]
            if not limit.accepts(name):
                yield (
                    f"{limit.kind} {name!r}: {len(name)} characters, allowed are "
                    f"{limit.shortest}-{limit.longest} that match {limit.pattern}"
                )
