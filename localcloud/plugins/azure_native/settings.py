"""Which cloud and which subscription the provider deploys to. Never Azure."""

from __future__ import annotations

import os
from dataclasses import dataclass

from localcloud.plugins.properties import Properties
from localcloud.plugins.provider import ProviderError

METADATA_VARIABLE = "ARM_CLOUD_METADATA_URL"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The provider's settings.

    Attributes:
        metadata_url: where the local cloud tells its endpoints.
        subscription_id: the subscription.
        location: region of resources that the program gives none; may be empty.
    """

    metadata_url: str
    subscription_id: str
    location: str = ""

    @classmethod
    def from_config(cls, config: Properties) -> Settings:
        """Settings from the provider's configuration and the environment.

        Raises:
            ProviderError: no local cloud is named, or no subscription.
        """
        metadata_url = os.environ.get(METADATA_VARIABLE)
        if not metadata_url:
            raise ProviderError(
                "this azure-native plugin is localcloud's and never deploys to Azure. For the "
                'local cloud run: eval "$(python -m localcloud env)"; for Azure take '
                f"localcloud/plugins/bin off PATH ({METADATA_VARIABLE} is not set)"
            )
        subscription_id = config.get("subscriptionId") or os.environ.get("ARM_SUBSCRIPTION_ID")
        if not subscription_id:
            raise ProviderError(
                'ARM_SUBSCRIPTION_ID is not set; eval "$(python -m localcloud env)" sets it'
            )
        return cls(
            metadata_url=metadata_url,
            subscription_id=str(subscription_id),
            location=str(config.get("location", "")),
        )
