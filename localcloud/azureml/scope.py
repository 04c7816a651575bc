"""The workspace that a request is about, and the documents that belong to it.

A workspace is an ARM resource; this API never makes one. Everything stored here lies below the
workspace's ARM id, so that deleting a workspace forgets all of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request

from localcloud.azureml.wire import not_found
from localcloud.cloud import Cloud
from localcloud.errors import CloudError
from localcloud.store import JsonObject

SCOPE = (
    "/subscriptions/{subscription_id}/resourceGroups/{resource_group}"
    "/providers/Microsoft.MachineLearningServices/workspaces/{workspace_name}"
)
"""Path template of a workspace in every API."""

RESOURCE = "arm.resource"
SECRET = "arm.secret"  # noqa: S105 - the name of a kind of document


class Kind(StrEnum):
    """Kinds of documents that a workspace owns."""

    DATA_TYPE = "aml.dataType"
    DATA_SOURCE = "aml.dataSource"
    MODULE = "aml.module"
    GRAPH = "aml.graph"
    PIPELINE = "aml.pipeline"
    ENDPOINT = "aml.pipelineEndpoint"
    PIPELINE_RUN = "aml.pipelineRun"
    STEP = "aml.step"
    REUSABLE = "aml.reusableStep"
    EXPERIMENT = "aml.experiment"
    RUN = "aml.run"
    LOG = "aml.log"
    METRIC = "aml.metric"


@dataclass(frozen=True)
class Workspace:
    """One Azure ML workspace of the local cloud.

    Attributes:
        cloud: the cloud it lives in.
        resource: the ARM resource, as ARM's GET returns it.
    """

    cloud: Cloud
    resource: JsonObject

    @classmethod
    def find(cls, cloud: Cloud, resource_id: str) -> Workspace | None:
        """The workspace with this ARM id (any case), or None."""
        resource = cloud.store.get(RESOURCE, resource_id.lower())
        return None if resource is None else cls(cloud, resource)

    @property
    def id(self) -> str:
        """ARM id."""
        return str(self.resource["id"])

    @property
    def guid(self) -> str:
        """The workspace's own GUID."""
        return str(self.resource["properties"]["workspaceId"])

    @property
    def name(self) -> str:
        """Name of the workspace."""
        return self.id.split("/")[-1]

    @property
    def resource_group(self) -> str:
        """Name of its resource group."""
        return self.id.split("/")[4]

    @property
    def subscription_id(self) -> str:
        """GUID of its subscription."""
        return self.id.split("/")[2]

    def get(self, kind: Kind, key: str) -> JsonObject | None:
        """A document of this workspace, or None."""
        return self.cloud.store.get(kind, self._key(key))

    def require(self, kind: Kind, key: str, noun: str) -> JsonObject:
        """A document of this workspace.

        Raises:
            CloudError: 404, naming the noun and the key.
        """
        found = self.get(kind, key)
        if found is None:
            raise not_found(noun, key)
        return found

    def put(self, kind: Kind, key: str, value: JsonObject) -> None:
        """Create or replace a document."""
        self.cloud.store.put(kind, self._key(key), value)

    def all(self, kind: Kind, prefix: str = "") -> list[JsonObject]:
        """Documents of a kind whose key begins with a prefix, by key."""
        return [value for _, value in self.cloud.store.list(kind, self._key(prefix))]

    def forget(self) -> None:
        """Delete every document of this workspace."""
        with self.transaction():
            for kind in Kind:
                for key, _ in self.cloud.store.list(kind, self._key("")):
                    self.cloud.store.delete(kind, key)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All writes inside happen, or none."""
        with self.cloud.store.transaction():
            yield

    def child(self, kind: str, name: str) -> JsonObject | None:
        """An ARM resource below the workspace, e.g. ``("computes", "adb")``, or None."""
        return self.cloud.store.get(RESOURCE, self.child_key(kind, name))

    def children(self, kind: str) -> list[JsonObject]:
        """All ARM resources of a kind directly below the workspace, by name."""
        return [value for _, value in self.cloud.store.list(RESOURCE, self.child_key(kind, ""))]

    def child_secret(self, kind: str, name: str) -> JsonObject:
        """What ARM's GET of a child does not show; empty if there is nothing."""
        return self.cloud.store.get(SECRET, self.child_key(kind, name)) or {}

    def child_key(self, kind: str, name: str) -> str:
        """Key of a child in the store."""
        return f"{self.id}/{kind}/{name}".lower()

    def _key(self, key: str) -> str:
        return f"{self.id.lower()}/{key}"


def _workspace_of_request(
    request: Request, subscription_id: str, resource_group: str, workspace_name: str
) -> Workspace:
    cloud: Cloud = request.app.state.cloud
    resource_id = SCOPE.format(
        subscription_id=subscription_id,
        resource_group=resource_group,
        workspace_name=workspace_name,
    )
    workspace = Workspace.find(cloud, resource_id)
    if workspace is None:
        raise CloudError(
            404,
            "ResourceNotFound",
            f"there is no Azure ML workspace {workspace_name!r} in resource group "
            f"{resource_group!r} of subscription {subscription_id!r}",
        )
    return workspace


Here = Annotated[Workspace, Depends(_workspace_of_request)]
"""Parameter of a route: the workspace in its path, or the API's own 404."""
