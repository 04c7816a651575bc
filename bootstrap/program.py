"""The bootstrap's Pulumi program: settings to resources, in a resource group of its own."""

from __future__ import annotations

import pulumi
from pulumi import Output
from pulumi_azure_native import authorization, resources

from bootstrap.deploy_identity import DeployIdentity, DeployIdentityArgs
from bootstrap.roles import (
    BLOB_DATA_CONTRIBUTOR,
    BLOB_DATA_READER,
    CONTRIBUTOR,
    CRYPTO_USER,
    READER,
    READER_AND_DATA_ACCESS,
    Grant,
    assign,
)
from bootstrap.secrets_vault import SecretsVault, SecretsVaultArgs
from bootstrap.settings import PREVIEW, STATE_STACK, Settings
from bootstrap.state_storage import StateStorage, StateStorageArgs


def declare(settings: Settings) -> None:
    """Declare everything and export what :class:`bootstrap.result.Result` reads."""
    client = authorization.get_client_config_output()
    group = resources.ResourceGroup(
        "group",
        resource_group_name=settings.resource_group,
        location=settings.location,
        tags=settings.tags,
        opts=pulumi.ResourceOptions(protect=True),
    )
    state = StateStorage(
        "state",
        StateStorageArgs(
            resource_group_name=group.name,
            location=settings.location,
            account_name=settings.storage_account,
            container_names=(*settings.environments, STATE_STACK),
            tags=settings.tags,
        ),
    )
    vault = SecretsVault(
        "secrets",
        SecretsVaultArgs(
            resource_group_name=group.name,
            location=settings.location,
            tenant_id=client.tenant_id,
            vault_name=settings.key_vault,
            key_names=settings.environments,
            tags=settings.tags,
        ),
    )
    identities = {
        environment: DeployIdentity(
            environment,
            DeployIdentityArgs(
                resource_group_name=group.name,
                location=settings.location,
                identity_name=settings.identity(environment),
                subscription_id=client.subscription_id,
                subjects=_subjects(settings, environment),
                grants=_grants(settings, environment, client.subscription_id, state, vault),
                tags=settings.tags,
            ),
        )
        for environment in (*settings.environments, PREVIEW)
    }
    # Whoever runs this keeps its state there, and makes the stacks with their keys.
    assign(
        f"{settings.base_name}-operator",
        (
            Grant(label="state", role=BLOB_DATA_CONTRIBUTOR, scope=state.account_id),
            Grant(label="secrets", role=CRYPTO_USER, scope=vault.vault_id),
        ),
        principal_id=client.object_id,
        principal_type=None,
        subscription_id=client.subscription_id,
    )
    pulumi.export("tenant_id", client.tenant_id)
    pulumi.export("subscription_id", client.subscription_id)
    pulumi.export("state_account", state.account_name)
    pulumi.export("key_uris", vault.key_uris)
    pulumi.export("client_ids", {name: made.client_id for name, made in identities.items()})


def _subjects(settings: Settings, environment: str) -> dict[str, str]:
    return {
        f"github-{number}": f"{prefix}:environment:{environment}"
        for number, prefix in enumerate(settings.subjects, start=1)
    }


def _grants(
    settings: Settings,
    environment: str,
    subscription_id: Output[str],
    state: StateStorage,
    vault: SecretsVault,
) -> tuple[Grant, ...]:
    """Its own stack's state and key; of the subscription as much as its work needs.

    A deployer makes resource groups, so its scope can't be narrower than the subscription. Who
    previews lists account keys as the program does, which Reader alone may not.
    """
    subscription = Output.format("/subscriptions/{0}", subscription_id)
    if environment != PREVIEW:
        return (
            Grant(label="deploy", role=CONTRIBUTOR, scope=subscription),
            Grant(
                label="state", role=BLOB_DATA_CONTRIBUTOR, scope=state.container_ids[environment]
            ),
            Grant(label="secrets", role=CRYPTO_USER, scope=vault.key_ids[environment]),
        )
    return (
        Grant(label="read", role=READER, scope=subscription),
        Grant(label="keys", role=READER_AND_DATA_ACCESS, scope=subscription),
        *(
            Grant(label=f"state-{name}", role=BLOB_DATA_READER, scope=state.container_ids[name])
            for name in settings.environments
        ),
        *(
            Grant(label=f"secrets-{name}", role=CRYPTO_USER, scope=vault.key_ids[name])
            for name in settings.environments
        ),
    )
