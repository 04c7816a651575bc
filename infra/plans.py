"""Groups of settings that go to one component together. Data only: no SDK is needed for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class MlOptions:
    """How the Azure ML workspace can be reached, and how long what it stands on keeps things."""

    public_access: bool
    """Whether the workspace answers on the internet."""
    default_datastores_by_identity: bool
    """Whether Azure ML opens the workspace's own datastores as the caller, not with a key."""
    log_retention_days: int
    vault_recovery_days: int
    """A deleted key vault can be recovered, and keeps its name, for so long."""
    vault_purge_protection: bool
    """Whether nobody can purge a deleted key vault before that."""
    blob_recovery_days: int
    """How long deleted blobs can be recovered; 0 for not at all."""


@dataclass(frozen=True, kw_only=True)
class DataOptions:
    """Who may read the training data, and how long deleted data can be recovered."""

    readers: Mapping[str, str]
    """Entra object id to kind of principal: User, Group or ServicePrincipal."""
    recovery_days: int
    """0 for not at all."""


@dataclass(frozen=True, kw_only=True)
class TokenLife:
    """How long an access token lives."""

    lifetime_days: int
    renew_before_days: int
    """A deployment renews a token that has so many days left, or fewer."""


@dataclass(frozen=True, kw_only=True)
class DatabricksAccess:
    """How the deployer gets into a Databricks workspace, and when a new one counts as ready."""

    auth_type: str
    """How to sign in, in the Databricks provider's words."""
    good_answers: int
    """A new workspace is ready after so many in a row."""
    interval_seconds: float
    """Time between two questions."""
    limit_seconds: float
    """A workspace that is not ready after so long is an error."""


@dataclass(frozen=True, kw_only=True)
class ClusterOptions:
    """The declared cluster."""

    workers: int
    """Machines beside the driver."""
    idle_minutes: int
    """After so long without a run it is terminated."""


@dataclass(frozen=True, kw_only=True)
class Machines:
    """The machines that jobs run on."""

    spark_version: str
    """Databricks Runtime key."""
    node_type: str
    """Azure virtual machine size."""
    min_idle_instances: int
    """So many are kept ready."""
    max_capacity: int
    """So many there may be, idle and busy."""
    idle_minutes: int
    """After so long an idle machine above the minimum is given back."""
    cluster: ClusterOptions | None = None
    """The declared cluster; None where each run makes a cluster of its own."""


@dataclass(frozen=True, kw_only=True)
class Pages:
    """Web pages that outputs link to: addresses without path; empty where there is none."""

    portal: str
    studio: str
