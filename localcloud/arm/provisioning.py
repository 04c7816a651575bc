"""Carries changes out: the provider's side effects, at once or in the background.

A change that fails at once leaves the store as it was, because its writes are one transaction;
one that fails in the background leaves a resource in state Failed, which a repeated PUT mends.
"""

from __future__ import annotations

import copy
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace

from localcloud.arm import registry, schema, states
from localcloud.arm.addresses import Address
from localcloud.arm.behavior import Change, Context
from localcloud.arm.operations import Operations
from localcloud.arm.turns import Turns
from localcloud.arm.types import ResourceType
from localcloud.errors import CloudError
from localcloud.store import JsonObject

log = logging.getLogger("localcloud.arm")

WORKERS = 4


class Provisioning:
    """Runs providers' side effects and keeps provisioning states true to them."""

    def __init__(self, context: Context, operations: Operations, turns: Turns) -> None:
        self._context = context
        self._operations = operations
        self._turns = turns
        self._workers = ThreadPoolExecutor(WORKERS, thread_name_prefix="arm")

    def change_now(self, kind: ResourceType, change: Change) -> None:
        """Carry a change out.

        Raises:
            CloudError: it failed.
        """
        self._begin(kind, change)
        self._carry_out(kind, change)

    def change_later(self, kind: ResourceType, change: Change) -> str:
        """Carry a change out in the background; the operation's id."""
        self._begin(kind, change)
        kind.behavior.write(self._context, change.resource)
        operation_id = self._operations.start(change.resource["id"], deletes=False)
        # the worker completes the resource while the caller still answers with it
        own = replace(change, resource=copy.deepcopy(change.resource))
        self._workers.submit(self._change, operation_id, kind, own)
        return operation_id

    def remove_later(self, kind: ResourceType, resource: JsonObject, *, for_good: bool) -> str:
        """Delete a resource and all below it in the background; the operation's id."""
        states.advance(resource, states.DELETING)
        kind.behavior.write(self._context, resource)
        operation_id = self._operations.start(resource["id"], deletes=True)
        self._workers.submit(self._remove, operation_id, kind, resource, for_good)
        return operation_id

    def remove_now(self, resource: JsonObject, *, for_good: bool = False) -> None:
        """Delete a resource and all below it, what refers to others first.

        Of a type with soft delete something is left, unless it is to go for good.

        Nobody else writes the resource meanwhile: the caller holds its turn, or it is in state
        Deleting.

        Raises:
            CloudError: something can't be deleted; what was deleted before it stays deleted.
        """
        own = _root(resource)
        below = self._context.resources.list(resource["id"])
        below.sort(key=lambda each: registry.position(each["type"]), reverse=True)
        for each in (*below, resource):
            with nullcontext() if _root(each) == own else self._turns.hold(_root(each)):
                self._remove_one(each, for_good=for_good)

    def close_interrupted(self) -> None:
        """After a restart: what was under way has failed."""
        for resource in self._context.resources.list(""):
            if states.state_of(resource) not in states.RESTING:
                states.advance(resource, states.FAILED)
                self._context.resources.put(resource)
        self._operations.close_interrupted()

    def _begin(self, kind: ResourceType, change: Change) -> None:
        """Bring the resource of a change into the state of being worked on."""
        if not schema.load(kind.namespace).has(kind.name, "properties", "provisioningState"):
            return
        resource = change.resource
        before = states.state_of(change.before or {})
        resource.setdefault("properties", {})["provisioningState"] = before
        if before == states.SUCCEEDED:
            states.advance(resource, states.UPDATING)
            return
        states.advance(resource, states.ACCEPTED)
        states.advance(resource, states.CREATING)

    def _remove_one(self, resource: JsonObject, *, for_good: bool) -> None:
        kind = registry.of(resource["type"])
        behavior = kind.behavior
        latest = behavior.read(self._context, Address.parse(resource["id"]))
        if latest is None:
            return
        # so that nothing can begin to refer to it; a slow one must not hold up everything else
        at_once = kind.stored and kind.slow_create is None and kind.slow_delete is None
        with self._context.resources.transaction() if at_once else nullcontext():
            behavior.check_delete(self._context, latest)
            self._take_fault("DEPROVISION", latest)
            behavior.deprovision(self._context, latest)
            if kind.soft_delete and not for_good:
                secrets = self._context.resources.secrets(latest["id"])
                self._context.deleted.keep(kind.soft_delete, latest, secrets)
            behavior.remove(self._context, latest)

    def _carry_out(self, kind: ResourceType, change: Change) -> None:
        self._take_fault("PROVISION", change.resource)
        kind.behavior.provision(self._context, change)
        if states.state_of(change.resource):
            states.advance(change.resource, states.SUCCEEDED)
        kind.behavior.write(self._context, change.resource)

    def _take_fault(self, step: str, resource: JsonObject) -> None:
        """Let a fault rule with this method and the resource's id as path delay or fail a step."""
        fault = self._context.cloud.monitor.take_fault(step, resource["id"])
        if fault is not None:
            time.sleep(fault.delay_seconds)
            if fault.status is not None:
                raise CloudError(fault.status, fault.code, "injected by a fault rule")

    def _change(self, operation_id: str, kind: ResourceType, change: Change) -> None:
        error = None
        try:
            with self._turns.hold(change.address.root.key):
                if kind.behavior.read(self._context, change.address) is None:
                    raise CloudError(409, "Canceled", "the resource was deleted meanwhile")
                self._carry_out(kind, change)
        except Exception as problem:
            error = self._failed(kind, change.resource, problem)
        self._operations.finish(operation_id, error)

    def _remove(
        self, operation_id: str, kind: ResourceType, resource: JsonObject, for_good: bool
    ) -> None:
        error = None
        try:
            self.remove_now(resource, for_good=for_good)
        except Exception as problem:
            error = self._failed(kind, resource, problem)
        self._operations.finish(operation_id, error)

    def _failed(self, kind: ResourceType, resource: JsonObject, problem: Exception) -> CloudError:
        """Bring the resource into state Failed; what to tell the client."""
        log.warning("%s: %s", resource["id"], problem, exc_info=not isinstance(problem, CloudError))
        if kind.behavior.read(self._context, Address.parse(resource["id"])) is not None:
            states.advance(resource, states.FAILED)
            kind.behavior.write(self._context, resource)
        if isinstance(problem, CloudError):
            return problem
        return CloudError(500, "InternalServerError", f"localcloud failed: {problem}")


def _root(resource: JsonObject) -> str:
    """Key of the turn in which a resource is written."""
    return Address.parse(resource["id"]).root.key
