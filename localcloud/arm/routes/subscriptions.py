"""The one subscription and its tenant, locations and resource providers."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request

from localcloud.arm import locations, registry, scopes
from localcloud.arm.addresses import Address
from localcloud.arm.engine import Engine
from localcloud.arm.routes import compute
from localcloud.errors import CloudError
from localcloud.store import JsonObject
from localcloud.tokens import SUBSCRIPTION_ID, TENANT_ID


def require_api_version(request: Request) -> None:
    """Every request names an API version; here any will do."""
    registry.require_api_version(request.query_params.get("api-version"))


router = APIRouter(dependencies=[Depends(require_api_version)])

_ONE = "/subscriptions/{subscription}"


@router.get("/tenants")
def tenants() -> JsonObject:
    """The one tenant.

    Fidelity: verified (azure-mgmt-resource)
    """
    return {
        "value": [
            {"id": f"/tenants/{TENANT_ID}", "tenantId": TENANT_ID, "displayName": "localcloud"}
        ]
    }


@router.get("/subscriptions")
def subscriptions() -> JsonObject:
    """The one subscription.

    Fidelity: verified (azure-mgmt-resource)
    """
    return {"value": [_subscription()]}


@router.get(_ONE)
def subscription(subscription: str) -> JsonObject:
    """The one subscription.

    Fidelity: verified (azure-mgmt-resource)
    """
    scopes.check_subscription(subscription)
    return _subscription()


@router.get(_ONE + "/locations")
def subscription_locations(subscription: str) -> JsonObject:
    """Regions.

    Fidelity: verified (azure-mgmt-resource)
    """
    scopes.check_subscription(subscription)
    return {
        "value": [
            {
                "id": f"/subscriptions/{SUBSCRIPTION_ID}/locations/{name}",
                "subscriptionId": SUBSCRIPTION_ID,
                "name": name,
                "type": "Region",
                "displayName": display,
                "regionalDisplayName": display,
            }
            for name, display in locations.LOCATIONS.items()
        ]
    }


@router.get(_ONE + "/providers")
def providers(request: Request, subscription: str) -> JsonObject:
    """Resource providers, and whether each is registered.

    Fidelity: verified (azure-mgmt-resource)
    """
    scopes.check_subscription(subscription)
    return {"value": [_provider(request, name) for name in _namespaces()]}


@router.get(_ONE + "/providers/{namespace}")
def provider(request: Request, subscription: str, namespace: str) -> JsonObject:
    """One resource provider.

    Fidelity: verified (azure-mgmt-resource)
    """
    scopes.check_subscription(subscription)
    return _provider(request, _namespace(namespace))


@router.post(_ONE + "/providers/{namespace}/register")
def register(request: Request, subscription: str, namespace: str) -> JsonObject:
    """Register a resource provider.

    Fidelity: verified (azure-mgmt-resource), assumed (at once; the cloud takes a minute)
    """
    scopes.check_subscription(subscription)
    known = _namespace(namespace)
    _engine(request).registrations.register(known)
    return _provider(request, known)


@router.post(_ONE + "/providers/{namespace}/unregister")
def unregister(request: Request, subscription: str, namespace: str) -> JsonObject:
    """Take the registration of a resource provider back.

    Fidelity: verified (azure-mgmt-resource), assumed (what exists stays; at once)
    """
    scopes.check_subscription(subscription)
    known = _namespace(namespace)
    _engine(request).registrations.unregister(known)
    return _provider(request, known)


@router.post(_ONE + "/providers/{namespace}/checkNameAvailability")
def check_name_availability(
    request: Request, subscription: str, namespace: str, body: JsonObject
) -> JsonObject:
    """Whether a name that must be unique in the whole cloud is free.

    Fidelity: verified (azure-mgmt-storage, -keyvault, -containerregistry)
    """
    scopes.check_subscription(subscription)
    type_name, name = str(body.get("type", "")), str(body.get("name", ""))
    if not type_name.lower().startswith(f"{namespace.lower()}/"):
        message = f"'type' is '{type_name}'; it must be a type of {namespace}"
        raise CloudError(400, "InvalidValuesForRequestParameters", message)
    scope = f"/subscriptions/{SUBSCRIPTION_ID}"
    kind = registry.find(Address.parse(f"{scope}/providers/{type_name}/{name}"))
    problem = kind.naming.problem(name)
    if problem:
        return {"nameAvailable": False, "reason": kind.naming.code, "message": problem}
    if kind.taken and _engine(request).name_is_taken(kind, name):
        message = kind.taken.message.format(name=name)
        return {"nameAvailable": False, "reason": "AlreadyExists", "message": message}
    return {"nameAvailable": True}


def _subscription() -> JsonObject:
    return {
        "id": f"/subscriptions/{SUBSCRIPTION_ID}",
        "subscriptionId": SUBSCRIPTION_ID,
        "tenantId": TENANT_ID,
        "displayName": "localcloud",
        "state": "Enabled",
        "subscriptionPolicies": {"spendingLimit": "Off"},
        "authorizationSource": "RoleBased",
    }


def _namespaces() -> list[str]:
    return [*registry.namespaces(), compute.NAMESPACE]


def _namespace(wanted: str) -> str:
    """A namespace in its own case."""
    for known in _namespaces():
        if known.lower() == wanted.lower():
            return known
    message = f"The resource namespace '{wanted}' is invalid."
    raise CloudError(404, "InvalidResourceNamespace", message)


def _provider(request: Request, namespace: str) -> JsonObject:
    return {
        "id": f"/subscriptions/{SUBSCRIPTION_ID}/providers/{namespace}",
        "namespace": namespace,
        "registrationState": _engine(request).registrations.state(namespace),
        "registrationPolicy": "RegistrationRequired",
        "resourceTypes": [
            {
                "resourceType": "/".join(kind.segments),
                "locations": list(locations.LOCATIONS.values()),
                "apiVersions": sorted(kind.api_versions, reverse=True),
            }
            for kind in registry.TYPES
            if kind.namespace == namespace
        ],
    }


def _engine(request: Request) -> Engine:
    engine: Engine = request.app.state.engine
    return engine
