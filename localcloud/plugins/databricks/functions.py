"""Functions of the package that programs call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localcloud.plugins.properties import Properties

if TYPE_CHECKING:
    from localcloud.plugins.databricks.workspace_api import WorkspaceApi

CURRENT_USER = "databricks:index/getCurrentUser:getCurrentUser"


def current_user(api: WorkspaceApi) -> Properties:
    """``getCurrentUser``: who is signed in."""
    me = api.get("/preview/scim/v2/Me")
    name = str(me["userName"])
    return {
        "id": me["id"],
        "userName": name,
        "externalId": me.get("externalId", ""),
        "home": f"/Users/{name}",
        "repos": f"/Repos/{name}",
        "aclPrincipalId": f"users/{name}",
        "alphanumeric": re.sub(r"[^a-z0-9]+", "_", name.partition("@")[0].lower()),
        "workspaceUrl": api.host,
    }
