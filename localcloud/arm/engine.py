"""Requests on resources: PUT, PATCH, GET, HEAD, DELETE, POST and lists, for every type.

Knows no type by name but resource groups, which everything else is in.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace

from localcloud.arm import changes, refusals, registry, scopes, states
from localcloud.arm.addresses import Address
from localcloud.arm.behavior import Change, Context
from localcloud.arm.calls import Answer, Call
from localcloud.arm.operations import Operations
from localcloud.arm.provisioning import Provisioning
from localcloud.arm.registration import Registrations
from localcloud.arm.resources import Resources
from localcloud.arm.soft_delete import DeletedResources
from localcloud.arm.turns import Turns
from localcloud.arm.types import ResourceType
from localcloud.cloud import Cloud
from localcloud.errors import CloudError
from localcloud.store import JsonObject


class Engine:
    """Azure Resource Manager without HTTP."""

    def __init__(self, cloud: Cloud) -> None:
        self.context = Context(
            cloud=cloud,
            resources=Resources(cloud.store),
            deleted=DeletedResources(cloud.store),
        )
        self.operations = Operations(cloud.store)
        self.registrations = Registrations(cloud.store)
        self._turns = Turns()
        self._provisioning = Provisioning(self.context, self.operations, self._turns)
        self._provisioning.close_interrupted()

    def put(self, call: Call) -> Answer:
        """Create or replace a resource."""
        return self._write(call, "PUT")

    def patch(self, call: Call) -> Answer:
        """Change an existing resource in part."""
        return self._write(call, "PATCH")

    def get(self, call: Call) -> JsonObject:
        """A resource.

        Raises:
            CloudError: 404, there is none.
        """
        kind, address = _locate(call)
        scopes.check(self.context, kind, address)
        resource = kind.behavior.read(self.context, address)
        if resource is None:
            raise _missing(kind, address)
        return resource

    def exists(self, call: Call) -> bool:
        """Whether there is such a resource."""
        try:
            self.get(call)
        except CloudError as error:
            if error.status != 404:
                raise
            return False
        return True

    def name_is_taken(self, kind: ResourceType, name: str) -> bool:
        """Whether any resource of this type, in any group, has the name or keeps it."""
        if kind.soft_delete and self.context.deleted.named(kind.name, name):
            return True
        return self._exists(kind, name)

    def act(self, call: Call) -> JsonObject:
        """A POST on a resource.

        Raises:
            CloudError: 404, there is no such resource.
            UnknownRouteError: the type has no such action.
        """
        target = call.address.parent
        if target is None or not target.is_resource:
            raise registry.UnknownRouteError(call.address.type_name)
        actions = registry.find(target).actions
        wanted = call.address.types[-1].lower()
        action = next((actions[name] for name in actions if name.lower() == wanted), None)
        if action is None:
            raise registry.UnknownRouteError(call.address.type_name)
        with self._turns.hold(target.root.key):
            resource = self.get(replace(call, address=target))
            return action(self.context, resource, call.body)

    def delete(self, call: Call) -> Answer:
        """Delete a resource and all below it; a deletion that is under way goes on."""
        kind, address = _locate(call)
        for_good = _is_for_good(kind, call)
        with self._turns.hold(address.root.key):
            scopes.check(self.context, kind, address)
            resource = kind.behavior.read(self.context, address)
            if resource is None:
                if scopes.is_group(kind):
                    raise _missing(kind, address)
                if for_good:
                    self.context.deleted.purge(address.id)
                return Answer(status=204)
            operation = self.operations.under_way(resource["id"], deletes=True)
            if not operation:
                _check_at_rest(resource)
                _check_etag(call, resource)
                kind.behavior.check_delete(self.context, resource)
                if kind.slow_delete is None:
                    self._provisioning.remove_now(resource, for_good=for_good)
                    return Answer(status=200, body=resource if kind.extends else None)
                operation = self._provisioning.remove_later(kind, resource, for_good=for_good)
        return Answer(
            status=202,
            operation=operation,
            polling=kind.slow_delete,
            namespace=kind.namespace,
            location=resource.get("location", ""),
        )

    def _write(self, call: Call, method: str) -> Answer:
        kind, address = _locate(call)
        kind.naming.check(address.name)
        self.registrations.check(kind.namespace)
        atomic = self.context.resources.transaction() if kind.stored else nullcontext()
        with self._turns.hold(address.root.key), atomic:
            scopes.check(self.context, kind, address)
            scopes.check_open(self.context, address)
            change = self._prepare(call, kind, address, method)
            if change.secrets:
                known = self.context.resources.secrets(address.id)
                self.context.resources.put_secrets(address.id, {**known, **change.secrets})
            return self._carry_out(kind, change)

    def _prepare(self, call: Call, kind: ResourceType, address: Address, method: str) -> Change:
        """Check everything and work out the resource as it will be."""
        before = kind.behavior.read(self.context, address)
        if before is None and method == "PATCH":
            raise _missing(kind, address)
        if before is None:
            self._check_name_is_free(kind, address)
        else:
            _check_at_rest(before)
            _check_etag(call, before)
        change = changes.build(
            self.context,
            changes.Draft(
                kind=kind,
                address=address,
                before=before,
                method=method,
                body=call.body,
                query=call.query,
            ),
        )
        kind.behavior.check(self.context, change)
        kind.behavior.complete(self.context, change)
        return change

    def _carry_out(self, kind: ResourceType, change: Change) -> Answer:
        made = change.before is None or states.state_of(change.before) == states.FAILED
        status = kind.created_status if made else 200
        if not made or kind.slow_create is None:
            self._provisioning.change_now(kind, change)
            return Answer(status=status, body=change.resource)
        operation = self._provisioning.change_later(kind, change)
        return Answer(
            status=status,
            body=None if status == 202 else change.resource,
            operation=operation,
            polling=kind.slow_create,
            namespace=kind.namespace,
            location=change.resource.get("location", ""),
        )

    def _exists(self, kind: ResourceType, name: str) -> bool:
        others = self.context.resources.list("", kind.name)
        return any(each["name"].lower() == name.lower() for each in others)

    def _check_name_is_free(self, kind: ResourceType, address: Address) -> None:
        if kind.taken is not None and self._exists(kind, address.name):
            message = kind.taken.message.format(name=address.name)
            raise CloudError(409, kind.taken.code, message)


def _locate(call: Call) -> tuple[ResourceType, Address]:
    """The type and the address of a resource, in the cloud's own case."""
    kind = registry.find(call.address)
    registry.check_api_version(kind, call.api_version)
    if not call.address.is_resource:
        message = "The requested resource does not support this http method."
        raise CloudError(405, "MethodNotAllowed", message)
    return kind, replace(call.address, namespace=kind.namespace, types=kind.segments)


def _is_for_good(kind: ResourceType, call: Call) -> bool:
    """Whether a DELETE leaves nothing behind."""
    flag = kind.soft_delete.for_good if kind.soft_delete else ""
    return bool(flag) and call.query.get(flag, "false").lower() == "true"


def _missing(kind: ResourceType, address: Address) -> CloudError:
    if scopes.is_group(kind):
        return refusals.group_not_found(address.name)
    return refusals.not_found(kind.name, "/".join(address.names), address.group)


def _check_at_rest(resource: JsonObject) -> None:
    state = states.state_of(resource)
    if state not in states.RESTING:
        raise refusals.busy(resource["name"], state)


def _check_etag(call: Call, resource: JsonObject) -> None:
    if call.headers.get("if-none-match") == "*":
        raise CloudError(412, "PreconditionFailed", f"'{resource['name']}' exists already")
    wanted = call.headers.get("if-match", "*")
    if wanted != "*" and "etag" in resource and wanted != resource["etag"]:
        raise CloudError(412, "PreconditionFailed", f"'{resource['name']}' has changed meanwhile")
