"""Long-running operations: what a client polls until its resource is ready.

An operation is a document in the store; it outlives a restart as a failure, because the thread
that worked on it does not.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from localcloud.errors import CloudError
from localcloud.store import JsonObject, Store

KIND = "arm.operation"
POLL_MILLISECONDS = 100
"""Clients of azure-core wait this long between two looks; without it they wait 30 s."""


class Operations:
    """Operations by id."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def start(self, resource_id: str, *, deletes: bool) -> str:
        """Record an operation that begins now; its id."""
        operation_id = str(uuid.uuid4())
        self._store.put(
            KIND,
            operation_id,
            {
                "resourceId": resource_id,
                "deletes": deletes,
                "status": "InProgress",
                "startTime": datetime.now(UTC).isoformat(),
            },
        )
        return operation_id

    def finish(self, operation_id: str, error: CloudError | None = None) -> None:
        """Record how an operation ended."""
        operation = self.get(operation_id)
        operation["endTime"] = datetime.now(UTC).isoformat()
        operation["status"] = "Failed" if error else "Succeeded"
        if error:
            operation["error"] = {"code": error.code, "message": error.message}
            operation["errorStatus"] = error.status
        self._store.put(KIND, operation_id, operation)

    def get(self, operation_id: str) -> JsonObject:
        """An operation.

        Raises:
            CloudError: 404, there is none.
        """
        operation = self._store.get(KIND, operation_id)
        if operation is None:
            message = f"Operation '{operation_id}' could not be found."
            raise CloudError(404, "OperationNotFound", message)
        return operation

    def under_way(self, resource_id: str, *, deletes: bool) -> str:
        """Id of the operation on a resource that has not ended; empty if there is none."""
        for operation_id, operation in self._store.list(KIND):
            mine = operation["resourceId"] == resource_id and operation["deletes"] == deletes
            if mine and operation["status"] == "InProgress":
                return operation_id
        return ""

    def close_interrupted(self) -> None:
        """After a restart: forget what ended, fail what was under way."""
        for operation_id, operation in self._store.list(KIND):
            if operation["status"] == "InProgress":
                self.finish(operation_id, interrupted())
            else:
                self._store.delete(KIND, operation_id)


def interrupted() -> CloudError:
    """Why an operation failed that nobody works on any more."""
    return CloudError(
        500,
        "OperationInterrupted",
        "localcloud was stopped in the middle of this operation; repeat it",
    )
