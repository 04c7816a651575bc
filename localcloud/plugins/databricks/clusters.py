"""Clusters that stand by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.plugins.databricks.kinds import Kind, from_api, to_api
from localcloud.plugins.properties import Properties
from localcloud.plugins.provider import ProviderError, State

if TYPE_CHECKING:
    from localcloud.plugins.databricks.workspace_api import WorkspaceApi

_ABSENT = ("clusterMountInfos", "idempotencyToken", "isPinned", "libraries")
"""Inputs that would need more of the workspace than is emulated."""


class Cluster(Kind):
    """``databricks.Cluster``: changed in place, whatever changes."""

    computed = frozenset({"clusterId", "state", "url"})

    _live = frozenset(
        {
            "cluster_source",
            "creator_user_name",
            "state_message",
            "terminated_time",
            "termination_reason",
        }
    )
    """Fields of an answer that tell how the cluster is, and not what it is."""

    def create(self, api: WorkspaceApi, inputs: Properties) -> State:
        """Make the cluster; it runs afterwards."""
        answer = api.post("/clusters/create", _definition(inputs))
        cluster_id = str(answer["cluster_id"])
        return State(cluster_id, self.read(api, State(cluster_id, inputs)))

    def update(self, api: WorkspaceApi, last: State, inputs: Properties) -> Properties:
        """Edit the cluster."""
        api.post("/clusters/edit", {**_definition(inputs), "cluster_id": last.id})
        return self.read(api, last)

    def read(self, api: WorkspaceApi, last: State) -> Properties:
        """The cluster's definition and state."""
        answer = api.get("/clusters/get", {"cluster_id": last.id})
        known = from_api({key: value for key, value in answer.items() if key not in self._live})
        return {**known, "url": f"{api.host}/#setting/clusters/{last.id}/configuration"}

    def delete(self, api: WorkspaceApi, last: State) -> None:
        """Delete the cluster for good."""
        self.read(api, last)  # tells a cluster that is gone, which the deletion does not
        api.post("/clusters/permanent-delete", {"cluster_id": last.id})


def _definition(inputs: Properties) -> Properties:
    for name in _ABSENT:
        if inputs.get(name):
            raise ProviderError(f"{name}: localcloud's clusters do not have it")
    left_out = (*_ABSENT, "noWait")
    return to_api({key: value for key, value in inputs.items() if key not in left_out})
