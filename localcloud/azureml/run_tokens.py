"""Tokens with which a notebook speaks for its own run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from localcloud.azureml.scope import Workspace
from localcloud.tokens import LIFETIME_SECONDS

_AUDIENCE = "https://ml.azure.com"


@dataclass(frozen=True)
class RunToken:
    """A token and when it expires. It is good for the whole API, not for one run alone."""

    token: str
    expiry_epoch_seconds: int

    @classmethod
    def issue(cls, workspace: Workspace) -> RunToken:
        """A new token."""
        expiry = int(time.time()) + LIFETIME_SECONDS
        return cls(workspace.cloud.tokens.issue(_AUDIENCE), expiry)

    @property
    def expiry(self) -> str:
        """When it expires: ISO 8601, UTC."""
        return datetime.fromtimestamp(self.expiry_epoch_seconds, UTC).isoformat()
