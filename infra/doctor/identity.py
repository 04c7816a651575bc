"""Who is it that would deploy, and into which subscription?"""

from __future__ import annotations

import os

from azure.core.exceptions import HttpResponseError
from azure.mgmt.resource.subscriptions.v2022_12_01 import SubscriptionClient

from infra.doctor.azure import Azure
from infra.doctor.findings import Finding, error, ok
from infra.doctor.stack import Stack


def check_identity(azure: Azure, _stack: Stack) -> Finding:
    """The subscription must be visible to the identity, active, and in its tenant."""

    subject = "identity"
    who = identity_name(azure)
    client = azure.tenant_client(SubscriptionClient)
    try:
        found = client.subscriptions.get(azure.subscription_id)
    except HttpResponseError as refusal:
        reason, *_ = str(refusal.message).splitlines()
        return error(subject, f"{who}: {reason}", "az account set --subscription NAME")
    tenant = azure.claims.get("tid", "")
    wanted_tenant = os.environ.get("ARM_TENANT_ID") or found.tenant_id or tenant
    if tenant != wanted_tenant:
        return error(
            subject,
            f"{who} is signed in to tenant {tenant}, not {wanted_tenant}",
            f"az login --tenant {wanted_tenant}",
        )
    if found.state != "Enabled":
        return error(
            subject,
            f"subscription {found.display_name!r} is {found.state}",
            "az account set --subscription NAME",
        )
    return ok(
        subject,
        f"{who}, subscription {found.display_name!r} ({azure.subscription_id}), tenant {tenant}",
    )


def identity_name(azure: Azure) -> str:
    """A user's sign-in name, else the id of the application or managed identity."""
    claims = azure.claims
    names = (claims.get(key) for key in ("upn", "unique_name", "appid", "oid"))
    return next((str(name) for name in names if name), "an identity without a name")
