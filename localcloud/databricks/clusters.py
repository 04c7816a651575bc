"""Clusters that stand by themselves: definitions with a state.

A running cluster holds no process here: each run on it gets a Spark process of its own, from the
cluster's pool if it has one.
"""

from __future__ import annotations

import secrets
import time

from databricks.sdk.service.compute import (
    ClusterDetails,
    ClustersAPI,
    ClusterSource,
    DataSecurityMode,
    State,
    TerminationReason,
    TerminationReasonCode,
    TerminationReasonType,
)

from localcloud.databricks.cluster_rules import check_cluster
from localcloud.databricks.cluster_states import check_transition
from localcloud.databricks.documents import Documents
from localcloud.databricks.errors import invalid
from localcloud.databricks.identity import USER_NAME
from localcloud.databricks.instance_pools import InstancePools
from localcloud.databricks.wire import check_body
from localcloud.errors import CloudError
from localcloud.store import JsonObject

MIN_IDLE_MINUTES, MAX_IDLE_MINUTES = 10, 10000
"""Source: databricks-sdk, ``ClusterDetails.autotermination_minutes``; 0 turns it off."""
DEFAULT_IDLE_MINUTES = 60
"""Source: pulumi-databricks, ``Cluster.autotermination_minutes``."""

_NEEDS_USER = frozenset(
    {
        DataSecurityMode.SINGLE_USER.value,
        DataSecurityMode.LEGACY_SINGLE_USER.value,
        DataSecurityMode.LEGACY_SINGLE_USER_STANDARD.value,
        DataSecurityMode.DATA_SECURITY_MODE_DEDICATED.value,
    }
)


class Clusters:
    """The clusters of one workspace. A document: the definition and what :func:`_live` names."""

    def __init__(self, documents: Documents, pools: InstancePools) -> None:
        self._documents = documents
        self._pools = pools

    def create(self, body: JsonObject) -> str:
        """Make a cluster and start it; returns its id."""
        body = check_body(ClustersAPI.create, body)
        _check(body, self._pools)
        cluster_id = f"{time.strftime('%m%d-%H%M%S')}-{secrets.token_hex(4)}"
        document = {"definition": body, "state": State.PENDING.value, "reason": "", "since": 0}
        with self._documents.transaction():
            self._documents.put(cluster_id, document)
            self._step(cluster_id, State.RUNNING)
        return cluster_id

    def edit(self, body: JsonObject) -> str:
        """Replace a cluster's definition; one that runs would be restarted. Returns its id."""
        body = check_body(ClustersAPI.edit, body)
        cluster_id = str(body.pop("cluster_id"))
        with self._documents.transaction():
            document = self._find(cluster_id)
            if State(document["state"]) not in (State.RUNNING, State.TERMINATED):
                raise _wrong_state(cluster_id, document)
            _check(body, self._pools)
            self._documents.put(cluster_id, {**document, "definition": body})
        return cluster_id

    def get(self, cluster_id: str) -> ClusterDetails:
        """A cluster."""
        return _describe(cluster_id, self._find(cluster_id))

    def list(self) -> list[ClusterDetails]:
        """Every cluster."""
        return [_describe(key, document) for key, document in self._documents.items()]

    def definition(self, cluster_id: str) -> JsonObject:
        """What a cluster was asked to be."""
        found: JsonObject = self._find(cluster_id)["definition"]
        return found

    def start(self, cluster_id: str) -> None:
        """Start a cluster that was terminated."""
        with self._documents.transaction():
            document = self._find(cluster_id)
            if State(document["state"]) is not State.TERMINATED:
                raise _wrong_state(cluster_id, document)
            self._step(cluster_id, State.PENDING)
            self._step(cluster_id, State.RUNNING)

    def terminate(self, cluster_id: str, why: TerminationReasonCode) -> None:
        """Terminate a cluster; its definition stays. Nothing happens if it is terminated."""
        with self._documents.transaction():
            if State(self._find(cluster_id)["state"]) is not State.TERMINATED:
                self._step(cluster_id, State.TERMINATING)
                self._step(cluster_id, State.TERMINATED, why.value)

    def terminate_if_idle(self, cluster_id: str, last_used_ms: int) -> None:
        """Terminate a running cluster that was idle for as long as it may be."""
        document = self._find(cluster_id)
        minutes = _idle_minutes(document["definition"])
        used = max(last_used_ms, document["since"])
        is_running = State(document["state"]) is State.RUNNING
        if is_running and minutes and time.time() * 1000 - used >= minutes * 60_000:
            self.terminate(cluster_id, TerminationReasonCode.INACTIVITY)

    def forget(self, cluster_id: str) -> None:
        """Delete a cluster for good."""
        self._find(cluster_id)
        self._documents.delete(cluster_id)

    def _step(self, cluster_id: str, state: State, reason: str = "") -> None:
        document = self._find(cluster_id)
        check_transition(State(document["state"]), state)
        since = int(time.time() * 1000)
        step = {"state": state.value, "reason": reason, "since": since}
        self._documents.put(cluster_id, {**document, **step})

    def _find(self, cluster_id: str) -> JsonObject:
        found = self._documents.get(cluster_id)
        if found is None:
            # The SDK knows that this code and sentence mean "not found" for clusters.
            raise invalid(f"Cluster {cluster_id} does not exist")
        return found


def _check(body: JsonObject, pools: InstancePools) -> None:
    check_cluster(body, pools, "")
    minutes = _idle_minutes(body)
    if minutes and not MIN_IDLE_MINUTES <= minutes <= MAX_IDLE_MINUTES:
        raise invalid(
            f"autotermination_minutes must be 0 or {MIN_IDLE_MINUTES} to {MAX_IDLE_MINUTES}, "
            f"got {minutes}"
        )
    mode = body.get("data_security_mode")
    if mode in _NEEDS_USER and not body.get("single_user_name"):
        raise invalid(f"single_user_name is required when data_security_mode is {mode}")


def _idle_minutes(definition: JsonObject) -> int:
    return int(definition.get("autotermination_minutes", DEFAULT_IDLE_MINUTES))


def _wrong_state(cluster_id: str, document: JsonObject) -> CloudError:
    state = document["state"]
    return CloudError(
        400, "INVALID_STATE", f"Cluster {cluster_id} is in unexpected state {state.capitalize()}."
    )


def _describe(cluster_id: str, document: JsonObject) -> ClusterDetails:
    cluster = ClusterDetails.from_dict(document["definition"])
    cluster.cluster_id = cluster_id
    cluster.cluster_source = ClusterSource.API
    cluster.creator_user_name = USER_NAME
    cluster.autotermination_minutes = _idle_minutes(document["definition"])
    cluster.state = State(document["state"])
    cluster.state_message = ""
    if document["reason"]:
        code = TerminationReasonCode(document["reason"])
        cluster.termination_reason = TerminationReason(
            code=code, type=TerminationReasonType.SUCCESS
        )
        cluster.terminated_time = document["since"]
    return cluster
