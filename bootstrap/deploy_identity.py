"""Who a GitHub environment is in Azure: an identity without a secret, and what it may do.

It trusts tokens that GitHub issues to jobs of that environment and to nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_azure_native import authorization, managedidentity

from bootstrap.roles import Grant, assign

GITHUB_ISSUER = "https://token.actions.githubusercontent.com"
AUDIENCE = "api://AzureADTokenExchange"


@dataclass(frozen=True, kw_only=True)
class DeployIdentityArgs:
    """Settings of :class:`DeployIdentity`."""

    resource_group_name: Input[str]
    location: str
    identity_name: str
    subscription_id: Input[str]
    subjects: Mapping[str, str]
    """Name of a federated credential to the subject that it trusts."""
    grants: tuple[Grant, ...]
    tags: Mapping[str, str]


class DeployIdentity(ComponentResource):
    """User-assigned identity that GitHub's jobs of one environment sign in as."""

    client_id: Output[str]
    """What a job signs in with: no secret."""

    def __init__(
        self, name: str, args: DeployIdentityArgs, opts: ResourceOptions | None = None
    ) -> None:
        super().__init__("dataopsml:bootstrap:DeployIdentity", name, None, opts)
        identity = managedidentity.UserAssignedIdentity(
            f"{name}-identity",
            resource_name_=args.identity_name,
            resource_group_name=args.resource_group_name,
            location=args.location,
            tags=args.tags,
            opts=ResourceOptions(parent=self),
        )
        before: list[Resource] = []
        for credential, subject in args.subjects.items():
            made = managedidentity.FederatedIdentityCredential(
                f"{name}-{credential}",
                federated_identity_credential_resource_name=credential,
                resource_name_=identity.name,
                resource_group_name=args.resource_group_name,
                issuer=GITHUB_ISSUER,
                subject=subject,
                audiences=[AUDIENCE],
                # Azure answers 409 to two writes on one identity at a time.
                opts=ResourceOptions(parent=self, depends_on=before[-1:]),
            )
            before.append(made)
        assign(
            args.identity_name,
            args.grants,
            principal_id=identity.principal_id,
            principal_type=authorization.PrincipalType.SERVICE_PRINCIPAL,
            subscription_id=args.subscription_id,
            parent=self,
        )
        self.client_id = identity.client_id
        self.register_outputs({"client_id": self.client_id})
