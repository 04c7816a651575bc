"""The stack's configuration as one typed value, checked before anything is created.

It reads no configuration itself: ``__main__.py`` hands it over. It does not ask Azure whether a
region or a machine size exists.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from infra.address_plan import AddressPlan, default_subnets
from infra.naming import ResourceNames
from infra.plans import (
    ClusterOptions,
    DatabricksAccess,
    DataOptions,
    Machines,
    MlOptions,
    Pages,
    TokenLife,
)
from infra.settings_errors import SettingsError
from infra.settings_keys import Keys

PROJECT = "dataopsml"
"""Name of the Pulumi project, and so the namespace of its configuration keys."""


class Settings(Keys):
    """What a stack's configuration says, as the components take it."""

    @property
    def names(self) -> ResourceNames:
        """The name of every Azure resource."""
        return ResourceNames.compose(self.base_name, self.environment)

    @property
    def addresses(self) -> AddressPlan:
        """The network's ranges."""
        public, private = default_subnets(self.vnet_address_space)
        return AddressPlan(
            vnet=self.vnet_address_space,
            public_subnet=self.public_subnet or public,
            private_subnet=self.private_subnet or private,
        )

    @property
    def ml_options(self) -> MlOptions:
        """Of the Azure ML workspace and what it stands on."""
        return MlOptions(
            public_access=self.ml_public_access,
            default_datastores_by_identity=self.default_datastore_auth == "identity",
            log_retention_days=self.log_retention_days,
            vault_recovery_days=self.vault_recovery_days,
            vault_purge_protection=self.vault_purge_protection,
            blob_recovery_days=self.blob_recovery_days,
        )

    @property
    def machines(self) -> Machines:
        """Of the instance pool."""
        return Machines(
            spark_version=self.spark_version,
            node_type=self.node_type,
            min_idle_instances=self.pool_min_idle_instances,
            max_capacity=self.pool_max_capacity,
            idle_minutes=self.pool_idle_minutes,
            cluster=self._cluster,
        )

    @property
    def _cluster(self) -> ClusterOptions | None:
        """Of the declared cluster; None where each run makes a cluster of its own."""
        if self.cluster_mode == "job":
            return None
        return ClusterOptions(workers=self.cluster_workers, idle_minutes=self.cluster_idle_minutes)

    @property
    def data_options(self) -> DataOptions:
        """Of the training data."""
        return DataOptions(readers=self.data_readers, recovery_days=self.blob_recovery_days)

    @property
    def token_life(self) -> TokenLife:
        """Of the token that Azure ML uses on Databricks."""
        return TokenLife(
            lifetime_days=self.token_lifetime_days, renew_before_days=self.token_renew_before_days
        )

    @property
    def pages(self) -> Pages:
        """Of the portals."""
        return Pages(portal=self.portal_url, studio=self.studio_url)

    @property
    def databricks_access(self) -> DatabricksAccess:
        """To the Databricks workspace."""
        return DatabricksAccess(
            auth_type=self.databricks_auth_type,
            good_answers=self.ready_answers,
            interval_seconds=self.ready_interval_seconds,
            limit_seconds=self.ready_limit_minutes * 60,
        )

    @property
    def all_tags(self) -> dict[str, str]:
        """The configured tags and the project's own."""
        own = {"project": PROJECT, "environment": self.environment, "managed-by": "pulumi"}
        optional = {"owner": self.owner, "commit": self.commit}
        return self.tags | own | {name: text for name, text in optional.items() if text}

    @classmethod
    def from_config(cls, config: Mapping[str, str], stack: str) -> Settings:
        """Check a stack's configuration.

        Args:
            config: configuration key with its namespace to raw value. Keys of other
                namespaces belong to providers and are left alone.
            stack: the stack's name, also the default of ``environment``.

        Raises:
            SettingsError: a key is missing, unknown or has an unusable value.
        """
        prefix = f"{PROJECT}:"
        own = {key: value for key, value in config.items() if key.startswith(prefix)}
        values = {key.removeprefix(prefix): value for key, value in own.items()}
        values["environment"] = values.get("environment") or stack
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            fields = {field.alias: field for field in cls.model_fields.values() if field.alias}
            raise SettingsError.of(error.errors(), fields, stack) from None
