"""The resource types that localcloud's Azure Resource Manager has, in order of dependency."""

from __future__ import annotations

from localcloud.arm.addresses import RESOURCES, Address
from localcloud.arm.providers import (
    authorization,
    containerregistry,
    databricks,
    insights,
    keyvault,
    machinelearning,
    managedidentity,
    network,
    operationalinsights,
    resourcegroups,
    storage,
)
from localcloud.arm.types import ResourceType
from localcloud.errors import CloudError


class UnknownRouteError(LookupError):
    """Something that Azure Resource Manager has and localcloud lacks: answered with 501."""


TYPES: tuple[ResourceType, ...] = (
    *resourcegroups.TYPES,
    *managedidentity.TYPES,
    *network.TYPES,
    *operationalinsights.TYPES,
    *insights.TYPES,
    *keyvault.TYPES,
    *storage.TYPES,
    *containerregistry.TYPES,
    *databricks.TYPES,
    *machinelearning.TYPES,
    *authorization.TYPES,
)
"""What can refer to a resource comes after it: deletion of many goes through this backwards."""

_BY_NAME = {kind.name.lower(): kind for kind in TYPES}
_NAMESPACES = {kind.namespace.lower(): kind.namespace for kind in TYPES}


def find(address: Address) -> ResourceType:
    """The type that an address names.

    Raises:
        CloudError: 404, there is no such namespace or type.
        UnknownRouteError: it is something of Azure Resource Manager itself that localcloud lacks.
    """
    kind = _BY_NAME.get(address.type_name.lower())
    if kind is not None:
        return kind
    if address.namespace.lower() == RESOURCES.lower():
        raise UnknownRouteError(address.type_name)
    namespace = _NAMESPACES.get(address.namespace.lower())
    if namespace is None:
        known = ", ".join(sorted(_NAMESPACES.values()))
        message = (
            f"The resource namespace '{address.namespace}' is invalid; localcloud has {known}."
        )
        raise CloudError(404, "InvalidResourceNamespace", message)
    known = ", ".join(sorted("/".join(k.segments) for k in TYPES if k.namespace == namespace))
    raise CloudError(
        404,
        "InvalidResourceType",
        f"The resource type '{'/'.join(address.types)}' could not be found in the namespace "
        f"'{namespace}'; localcloud has {known}.",
    )


def of(type_name: str) -> ResourceType:
    """The type of a stored resource."""
    return _BY_NAME[type_name.lower()]


def namespaces() -> list[str]:
    """All provider namespaces, in order of dependency."""
    return list(_NAMESPACES.values())


def position(type_name: str) -> int:
    """Place in the order of dependency."""
    return TYPES.index(of(type_name))


def require_api_version(version: str | None) -> None:
    """Refuse a request that names no API version.

    Raises:
        CloudError: 400.
    """
    if not version:
        raise CloudError(
            400,
            "MissingApiVersionParameter",
            "The api-version query parameter (?api-version=) is required for all requests.",
        )


def check_api_version(kind: ResourceType, version: str | None) -> None:
    """Refuse a request without an API version, or with one that the type does not have.

    Raises:
        CloudError: 400.
    """
    require_api_version(version)
    if version not in kind.api_versions:
        raise CloudError(
            400,
            "NoRegisteredProviderFound",
            f"No registered resource provider found for API version '{version}' for type "
            f"'{'/'.join(kind.segments)}'. The supported api-versions are "
            f"'{', '.join(sorted(kind.api_versions))}'.",
        )
