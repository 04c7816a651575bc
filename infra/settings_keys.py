"""The keys of a stack's configuration: type, rule and a good value of each.

Order, names, types and descriptions of the keys are those of ``Pulumi.yaml``, where the engine
applies the defaults.
"""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Json
from pydantic import field_validator as validator
from pydantic.alias_generators import to_camel

from infra import settings_rules as rules

Subnet = Annotated[IPv4Network | None, BeforeValidator(lambda text: text or None)]
TagName = Annotated[str, Field(pattern=r"^[^<>%&\\?/]{1,128}\Z"), AfterValidator(rules.tag_is_free)]
TagText = Annotated[str, Field(max_length=256)]
Guid = Annotated[str, Field(pattern=r"^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\Z")]


class Keys(BaseModel):
    """The raw values of all keys, each good and all of them together.

    A field's ``description`` is its rule and its example a good value: both go into the error
    for a bad one.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, regex_engine="python-re"
    )

    base_name: str = Field(
        pattern=r"^[a-z][a-z0-9]{0,9}\Z",
        description="1-10 lowercase letters and digits, starting with a letter",
        examples=["sample"],
    )
    environment: str = Field(
        pattern=r"^[a-z0-9]+\Z",
        description="lowercase letters and digits; when empty, the stack's name is taken",
        examples=["dev"],
    )
    location: str = Field(
        pattern=r"^[a-z][a-z0-9]+\Z",
        description="an Azure region in its short form, as `az account list-locations` names it",
        examples=["westeurope"],
    )
    vnet_address_space: IPv4Network = Field(
        description="an IPv4 range in CIDR form, from /16 to /24, with no host bits set",
        examples=["10.10.0.0/16"],
    )
    public_subnet: Subnet = Field(
        description="an IPv4 range in CIDR form, with no host bits set; empty for a quarter of "
        "vnetAddressSpace",
        examples=["10.10.0.0/18"],
    )
    private_subnet: Subnet = Field(
        description="an IPv4 range in CIDR form, with no host bits set; empty for a quarter of "
        "vnetAddressSpace",
        examples=["10.10.64.0/18"],
    )
    databricks_auth_type: Literal[
        "azure-cli", "azure-client-secret", "azure-msi", "github-oidc-azure", "pat"
    ] = Field(
        description="one of azure-cli, azure-client-secret, azure-msi, github-oidc-azure, pat",
        examples=["azure-cli"],
    )
    ready_answers: int = Field(
        ge=1, le=100, description="a whole number of answers, 1-100", examples=["5"]
    )
    ready_interval_seconds: int = Field(
        ge=1, le=60, description="a whole number of seconds, 1-60", examples=["5"]
    )
    ready_limit_minutes: int = Field(
        ge=1, le=120, description="a whole number of minutes, 1-120", examples=["20"]
    )
    token_lifetime_days: int = Field(
        ge=1, le=730, description="a whole number of days, 1-730", examples=["90"]
    )
    token_renew_before_days: int = Field(
        ge=0, le=729, description="a whole number of days, 0-729", examples=["30"]
    )
    spark_version: str = Field(
        description="the key of a Databricks Runtime with long-term support",
        examples=["15.4.x-scala2.12"],
    )
    node_type: str = Field(
        pattern=r"^Standard_[A-Za-z0-9_]+\Z",
        description="an Azure virtual machine size, Standard_<size>",
        examples=["Standard_D4ds_v5"],
    )
    pool_min_idle_instances: int = Field(
        ge=0, le=100, description="a whole number of machines, 0-100", examples=["0"]
    )
    pool_max_capacity: int = Field(
        ge=1, le=1000, description="a whole number of machines, 1-1000", examples=["4"]
    )
    pool_idle_minutes: int = Field(
        ge=0, le=10_000, description="a whole number of minutes, 0-10000", examples=["15"]
    )
    cluster_mode: Literal["job", "singleUser"] = Field(
        description="job or singleUser", examples=["job"]
    )
    cluster_workers: int = Field(
        ge=1, le=999, description="a whole number of machines, 1-999", examples=["1"]
    )
    cluster_idle_minutes: int = Field(
        ge=10, le=10_000, description="a whole number of minutes, 10-10000", examples=["20"]
    )
    ml_public_access: bool = Field(description="true or false", examples=["true"])
    default_datastore_auth: Literal["identity", "accessKey"] = Field(
        description="identity or accessKey", examples=["identity"]
    )
    log_retention_days: int = Field(
        ge=30, le=730, description="a whole number of days, 30-730", examples=["30"]
    )
    vault_recovery_days: int = Field(
        ge=7, le=90, description="a whole number of days, 7-90", examples=["7"]
    )
    vault_purge_protection: bool = Field(description="true or false", examples=["false"])
    blob_recovery_days: int = Field(
        ge=0, le=365, description="a whole number of days, 0-365; 0 for none", examples=["7"]
    )
    data_readers: Json[dict[Guid, Literal["User", "Group", "ServicePrincipal"]]] = Field(
        description="Entra object id (a GUID in lower case) to User, Group or ServicePrincipal"
    )
    protect_data: bool = Field(description="true or false", examples=["false"])
    portal_url: str = Field(
        pattern=r"^(https://[^\s/]+)?\Z",
        description="an https address without path, or empty",
        examples=["https://portal.azure.com"],
    )
    studio_url: str = Field(
        pattern=r"^(https://[^\s/]+)?\Z",
        description="an https address without path, or empty",
        examples=["https://ml.azure.com"],
    )
    owner: str = Field(
        max_length=256, description="at most 256 characters", examples=["team@example.org"]
    )
    commit: str = Field(
        pattern=r"^([0-9a-f]{7,40})?\Z",
        description="7-40 hexadecimal digits, or empty",
        examples=["$(git rev-parse HEAD)"],
    )
    tags: Json[dict[TagName, TagText]] = Field(
        description="text of at most 256 characters under a name of 1-128 without <>%&\\?/"
    )

    _names_fit = validator("environment")(rules.names_fit)
    _vnet_fits = validator("vnet_address_space")(rules.vnet_takes_databricks)
    _public_fits = validator("public_subnet")(rules.public_subnet_fits)
    _private_fits = validator("private_subnet")(rules.private_subnet_fits)
    _renewal_fits = validator("token_renew_before_days")(rules.renewal_comes_before_the_end)
    _runtime_known = validator("spark_version")(rules.runtime_is_known)
    _idle_fits = validator("pool_max_capacity")(rules.pool_holds_idle)
    _cluster_fits = validator("cluster_workers")(rules.pool_holds_cluster)
    _tags_fit = validator("tags")(rules.tags_fit)
