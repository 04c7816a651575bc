"""The rules: from a resource as the program wants it to the properties that break them."""

from __future__ import annotations

from collections.abc import Iterator

from pulumi_policy import ResourceValidationArgs

from policies.violation import Violation, policy

STORAGE_ACCOUNT = "azure-native:storage:StorageAccount"
BLOB_CONTAINER = "azure-native:storage:BlobContainer"
REGISTRY = "azure-native:containerregistry:Registry"
VAULT = "azure-native:keyvault:Vault"
RESOURCE_GROUP = "azure-native:resources:ResourceGroup"
ML_WORKSPACE = "azure-native:machinelearningservices:Workspace"
DATABRICKS_WORKSPACE = "azure-native:databricks:Workspace"
TOKEN = "databricks:index/token:Token"  # noqa: S105 - the name of a resource type
POOL = "databricks:index/instancePool:InstancePool"

SECURE_TLS = ("TLS1_2", "TLS1_3")
MAX_TOKEN_DAYS = 730
"""As long as Databricks itself allows: https://docs.databricks.com/dev-tools/auth/pat"""
SECONDS_PER_DAY = 24 * 60 * 60

TAGS = ("project", "environment", "managed-by")
TAGGED = {
    RESOURCE_GROUP: "tags",
    STORAGE_ACCOUNT: "tags",
    REGISTRY: "tags",
    VAULT: "tags",
    ML_WORKSPACE: "tags",
    DATABRICKS_WORKSPACE: "tags",
    "azure-native:applicationinsights:Component": "tags",
    "azure-native:network:NatGateway": "tags",
    "azure-native:network:NetworkSecurityGroup": "tags",
    "azure-native:network:PublicIPAddress": "tags",
    "azure-native:network:VirtualNetwork": "tags",
    "azure-native:operationalinsights:Workspace": "tags",
    POOL: "customTags",
}
"""Type to the input that holds its tags."""

SECRET_OUTPUTS = {
    "azure-native:machinelearningservices:Compute": "properties",
    "azure-native:machinelearningservices:Datastore": "properties",
}
"""Types whose provider shows secrets in an output without marking it."""

PROTECTED_STACKS = ("prod",)
HOLDS_DATA = (
    BLOB_CONTAINER,
    DATABRICKS_WORKSPACE,
    ML_WORKSPACE,
    RESOURCE_GROUP,
    STORAGE_ACCOUNT,
    VAULT,
)


def no_public_blobs(args: ResourceValidationArgs) -> Iterator[Violation]:
    """Blobs are never readable without signing in."""
    rule = "no blob is public"
    if args.resource_type == STORAGE_ACCOUNT:
        value = args.props.get("allowBlobPublicAccess")
        if value is not False:
            yield Violation(
                property="allowBlobPublicAccess",
                value=value,
                rule=rule,
                fix="allow_blob_public_access=False",
            )
    if args.resource_type == BLOB_CONTAINER:
        value = args.props.get("publicAccess") or "None"
        if value != "None":
            yield Violation(
                property="publicAccess", value=value, rule=rule, fix="public_access=NONE"
            )


def secure_transport(args: ResourceValidationArgs) -> Iterator[Violation]:
    """Storage answers over HTTPS only, with TLS 1.2 or newer."""
    if args.resource_type != STORAGE_ACCOUNT:
        return
    version = args.props.get("minimumTlsVersion")
    if version not in SECURE_TLS:
        yield Violation(
            property="minimumTlsVersion",
            value=version,
            rule="TLS 1.2 at least",
            fix="minimum_tls_version=TLS1_2",
        )
    if args.props.get("enableHttpsTrafficOnly") is False:
        yield Violation(
            property="enableHttpsTrafficOnly",
            value=False,
            rule="HTTPS only",
            fix="enable_https_traffic_only=True",
        )


def no_registry_admin(args: ResourceValidationArgs) -> Iterator[Violation]:
    """Whoever uses the container registry signs in with an identity."""
    if args.resource_type == REGISTRY and args.props.get("adminUserEnabled"):
        yield Violation(
            property="adminUserEnabled",
            value=True,
            rule="no admin user with a shared password",
            fix="admin_user_enabled=False",
        )


def secure_databricks(args: ResourceValidationArgs) -> Iterator[Violation]:
    """A Databricks workspace is premium, hybrid and without public addresses."""
    if args.resource_type != DATABRICKS_WORKSPACE:
        return
    parameters = args.props.get("parameters") or {}
    no_public_ip = parameters.get("enableNoPublicIp") or {}
    for name, value, wanted, fix in (
        ("sku.name", (args.props.get("sku") or {}).get("name"), "premium", 'name="premium"'),
        ("computeMode", args.props.get("computeMode"), "Hybrid", "compute_mode=HYBRID"),
        (
            "parameters.enableNoPublicIp.value",
            no_public_ip.get("value"),
            True,
            "enable_no_public_ip=True",
        ),
    ):
        if value != wanted:
            yield Violation(property=name, value=value, rule=f"it must be {wanted!r}", fix=fix)


def secrets_are_marked(args: ResourceValidationArgs) -> Iterator[Violation]:
    """Outputs in which a provider shows secrets are marked, so that the state encrypts them."""
    output = SECRET_OUTPUTS.get(args.resource_type)
    if output and output not in args.opts.additional_secret_outputs:
        yield Violation(
            property="additionalSecretOutputs",
            value=list(args.opts.additional_secret_outputs),
            rule="no secret in plain text in the state",
            fix=f'additional_secret_outputs=["{output}"]',
        )


def tags_are_present(args: ResourceValidationArgs) -> Iterator[Violation]:
    """Everything that takes tags says whose it is."""
    name = TAGGED.get(args.resource_type)
    if name is None:
        return
    tags = args.props.get(name) or {}
    missing = [tag for tag in TAGS if not tags.get(tag)]
    if missing:
        yield Violation(
            property=name,
            value=sorted(tags),
            rule=f"the tags {', '.join(missing)} are present",
            fix=f"pass {name} to the resource, and stack_rules.tag_everything completes them",
        )


def explicit_databricks_provider(args: ResourceValidationArgs) -> Iterator[Violation]:
    """What is in a Databricks workspace is made by the provider of that workspace."""
    if not args.resource_type.startswith("databricks:"):
        return
    name = args.provider.name if args.provider else "default"
    if name.startswith("default"):
        yield Violation(
            property="provider",
            value=name,
            rule="never the default Databricks provider, which may be of another workspace",
            fix="ResourceOptions(provider=databricks.provider)",
        )


def bounded_tokens(args: ResourceValidationArgs) -> Iterator[Violation]:
    """A Databricks token expires."""
    if args.resource_type != TOKEN:
        return
    seconds = args.props.get("lifetimeSeconds")
    if not seconds or seconds > MAX_TOKEN_DAYS * SECONDS_PER_DAY:
        yield Violation(
            property="lifetimeSeconds",
            value=seconds,
            rule=f"1 to {MAX_TOKEN_DAYS} days",
            fix="pulumi config set dataopsml:tokenLifetimeDays 90",
        )


def prod_is_protected(args: ResourceValidationArgs) -> Iterator[Violation]:
    """In production nothing that holds data can be deleted by a deployment."""
    stack = args.urn.split(":")[2]
    if stack in PROTECTED_STACKS and args.resource_type in HOLDS_DATA and not args.opts.protect:
        yield Violation(
            property="protect",
            value=False,
            rule=f"stack {stack!r} protects what holds data",
            fix=f"pulumi config set --stack {stack} dataopsml:protectData true",
        )


POLICIES = (
    policy("no-public-blobs", no_public_blobs),
    policy("secure-transport", secure_transport),
    policy("no-registry-admin", no_registry_admin),
    policy("secure-databricks", secure_databricks),
    policy("secrets-are-marked", secrets_are_marked),
    policy("tags-are-present", tags_are_present),
    policy("explicit-databricks-provider", explicit_databricks_provider),
    policy("bounded-tokens", bounded_tokens),
    policy("prod-is-protected", prod_is_protected),
)
