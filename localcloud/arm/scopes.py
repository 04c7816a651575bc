"""What a request is in must exist: subscription, resource group, parent or extended resource."""

from __future__ import annotations

from localcloud.arm import refusals, registry, states
from localcloud.arm.addresses import RESOURCES, Address
from localcloud.arm.behavior import Context
from localcloud.arm.types import ResourceType
from localcloud.errors import CloudError
from localcloud.tokens import SUBSCRIPTION_ID


def check(context: Context, kind: ResourceType, address: Address) -> None:
    """Refuse a request on something that is nowhere.

    Raises:
        CloudError: 404.
    """
    check_subscription(address.subscription)
    if address.group:
        _check_group(context, address)
    elif address.is_resource and not kind.extends and not is_group(kind):
        raise CloudError(404, "MissingResourceGroup", f"'{address.id}' names no resource group")
    if address.parent is not None:
        _check_resource(context, address.parent)


def check_open(context: Context, address: Address) -> None:
    """Refuse to write into a resource group or a parent that is being deleted.

    Raises:
        CloudError: 409.
    """
    group = context.resources.get(_group_id(address)) if address.group else None
    if group is not None and states.state_of(group) == states.DELETING:
        message = f"The resource group '{address.group}' is in deprovisioning state."
        raise CloudError(409, "ResourceGroupBeingDeleted", message)
    root = context.resources.get(address.root.id)
    if address.parent is not None and root is not None:
        state = states.state_of(root)
        if state == states.DELETING:
            raise refusals.busy(root["name"], state)


def check_subscription(subscription: str) -> None:
    """Refuse a subscription that is not the one of this cloud.

    Raises:
        CloudError: 404.
    """
    if subscription.lower() != SUBSCRIPTION_ID:
        message = f"The subscription '{subscription}' could not be found."
        raise CloudError(404, "SubscriptionNotFound", message)


def is_group(kind: ResourceType) -> bool:
    """Whether a type is that of resource groups."""
    return kind.namespace == RESOURCES


def _check_group(context: Context, address: Address) -> None:
    if context.resources.get(_group_id(address)) is None:
        raise refusals.group_not_found(address.group)
    extended = Address.parse(address.scope)
    if extended.is_resource and extended.namespace != RESOURCES:
        _check_resource(context, extended)


def _check_resource(context: Context, address: Address) -> None:
    kind = registry.find(address)
    if kind.behavior.read(context, address) is None:
        raise refusals.parent_not_found("/".join((kind.name, *address.names)))


def _group_id(address: Address) -> str:
    return f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/{address.group}"
