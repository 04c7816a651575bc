"""Wire shapes that the Azure ML APIs share: casing, time stamps, error bodies.

The pipelines API writes PascalCase and its own error body; every other API writes camelCase.
Models keep fields they do not know, so that what a client sends is what it gets back.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel, to_pascal

from localcloud.errors import CloudError
from localcloud.store import JsonObject


class _Wire(BaseModel):
    def as_sent(self) -> JsonObject:
        """The fields that the client sent, under their wire names."""
        return self.model_dump(by_alias=True, exclude_unset=True, mode="json")


class PascalWire(_Wire):
    """A body of the pipelines API."""

    model_config = ConfigDict(alias_generator=to_pascal, extra="allow", populate_by_name=True)


class CamelWire(_Wire):
    """A body of any other API."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow", populate_by_name=True)


def pipelines_error_body(error: CloudError) -> JsonObject:
    """Error body of the pipelines API.

    Fidelity: verified (ErrorResponse and RootError models of azureml-pipeline-core)
    """
    return {"Error": {"Code": error.code, "Message": error.message, "Details": []}}


def service_error_body(error: CloudError) -> JsonObject:
    """Error body of the history, artifact, metric and datastore APIs.

    Fidelity: verified (ErrorResponse and RootError models of azureml-core; the SDK iterates
    over ``details`` when it prints the exception)
    """
    return {"error": {"code": error.code, "message": error.message, "details": []}}


def not_found(noun: str, name: str) -> CloudError:
    """The refusal for something that the workspace does not have."""
    return CloudError(404, "UserError", f"{noun} {name!r} was not found in this workspace")


def bad_request(message: str) -> CloudError:
    """The refusal of a request that can never work."""
    return CloudError(400, "UserError", message)


def now() -> str:
    """The time as the APIs write it: ISO 8601, UTC, microseconds."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def new_id() -> str:
    """A new random GUID."""
    return str(uuid.uuid4())
