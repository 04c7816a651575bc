"""The stack's configuration as one typed value, checked before anything is created.

Defaults live in ``Pulumi.yaml``, where the engine applies them; this module only checks. It
reads no configuration itself: ``__main__.py`` hands it over. It does not ask Azure whether a
region or a machine size exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from ipaddress import IPv4Network
from typing import Annotated, Literal

import pulumi
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    Json,
    ValidationError,
    ValidationInfo,
)
from pydantic import field_validator as validator
from pydantic.alias_generators import to_camel
from pydantic_core import ErrorDetails, PydanticCustomError

from infra.naming import NAME_RULES_URL, ResourceNames

PROJECT = "dataopsml"
"""Name of the Pulumi project, and so the namespace of its configuration keys."""

TAG_LIMIT = 50
"""Tags that one Azure resource takes.
https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources"""

_BROKEN_RULE = "broken_rule"
"""Error type of the checks below: their message is the rule, and says it all."""


class SettingsError(pulumi.RunError):
    """The stack's configuration can't be used; the message names every bad key.

    A ``RunError``, because the engine prints those without a traceback.
    """


def _own_tags(environment: str) -> dict[str, str]:
    return {"project": PROJECT, "environment": environment, "managed-by": "pulumi"}


def _broken(rule: str, *, good_value: str | None = None) -> PydanticCustomError:
    return PydanticCustomError(_BROKEN_RULE, "{rule}", {"rule": rule, "good_value": good_value})


def _free_tag(name: str) -> str:
    own = _own_tags("")
    if name.lower() in own:
        raise _broken(f"not a tag that the program sets itself: {', '.join(own)}")
    return name


class Settings(BaseModel):
    """What a stack's configuration says.

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
    databricks_auth_type: Literal[
        "azure-cli", "azure-client-secret", "azure-msi", "github-oidc-azure", "pat"
    ] = Field(
        description="one of azure-cli, azure-client-secret, azure-msi, github-oidc-azure, pat",
        examples=["azure-cli"],
    )
    token_lifetime_days: int = Field(
        ge=1, le=730, description="a whole number of days, 1-730", examples=["90"]
    )
    spark_version: str = Field(
        pattern=r"^\d+\.\d+\.x(-[a-z0-9]+)*-scala2\.1[23]\Z",
        description="a Databricks Runtime key, <major>.<minor>.x-scala<version>",
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
    tags: Json[
        dict[
            Annotated[str, Field(pattern=r"^[^<>%&\\?/]{1,128}\Z"), AfterValidator(_free_tag)],
            Annotated[str, Field(max_length=256)],
        ]
    ] = Field(description="text of at most 256 characters under a name of 1-128 without <>%&\\?/")

    @property
    def names(self) -> ResourceNames:
        """The name of every Azure resource."""
        return ResourceNames.compose(self.base_name, self.environment)

    @property
    def all_tags(self) -> dict[str, str]:
        """The configured tags and the project's own."""
        return self.tags | _own_tags(self.environment)

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
        values = {
            key.removeprefix(prefix): value
            for key, value in config.items()
            if key.startswith(prefix)
        }
        values["environment"] = values.get("environment") or stack
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            problems = [_problem(details, stack) for details in error.errors()]
            raise SettingsError(
                f"the configuration of stack {stack!r} can't be used:\n" + "\n".join(problems)
            ) from None

    @validator("environment")
    @classmethod
    def _names_fit(cls, environment: str, others: ValidationInfo) -> str:
        if base_name := others.data.get("base_name"):
            broken = list(ResourceNames.compose(base_name, environment).violations())
            if broken:
                raise _broken(
                    f"short enough, beside baseName {base_name!r}, for every name it is part of"
                    + "".join(f"\n          {sentence}" for sentence in broken)
                    + f"\n          see {NAME_RULES_URL}"
                )
        return environment

    @validator("vnet_address_space")
    @classmethod
    def _holds_subnets(cls, network: IPv4Network) -> IPv4Network:
        if not 16 <= network.prefixlen <= 24:
            raise _broken("a range from /16 to /24: Databricks asks for it")
        return network

    @validator("pool_max_capacity")
    @classmethod
    def _holds_idle(cls, capacity: int, others: ValidationInfo) -> int:
        idle = others.data.get("pool_min_idle_instances", 0)
        if capacity < idle:
            raise _broken(f"at least poolMinIdleInstances, {idle}", good_value=str(idle))
        return capacity

    @validator("tags")
    @classmethod
    def _tags_fit(cls, tags: dict[str, str]) -> dict[str, str]:
        if len(tags) > (free := TAG_LIMIT - len(_own_tags(""))):
            raise _broken(f"at most {free} tags")
        return tags


def _problem(details: ErrorDetails, stack: str) -> str:
    """One bad key: its name, its value, the rule, and the command that mends it."""
    key, *inner = (str(part) for part in details["loc"])
    rules = {field.alias: field for field in Settings.model_fields.values()}
    if key not in rules:
        near = get_close_matches(key, [alias for alias in rules if alias], n=1)
        # The value stays out: a secret may be stored under a mistyped key.
        return (
            f"  {key}: no such key" + (f", did you mean {near[0]}?" if near else "") + "\n"
            f"    fix:  pulumi config rm --stack {stack} {key}"
        )
    is_missing = details["type"] == "missing" or details["input"] == ""
    value = "not set" if is_missing else repr(details["input"])
    broken = details["ctx"] if details["type"] == _BROKEN_RULE else {}
    good_value = broken.get("good_value") or (rules[key].examples or [""])[0]
    set_or_remove = f"set --stack {stack} {key} {good_value}"
    if key == "tags":
        path = f"--path 'tags[\"{inner[0]}\"]'" if inner else "tags"
        set_or_remove = f"rm --stack {stack} {path}"
    return (
        f"  {'.'.join([key, *inner[:1]])}: {value}\n"
        f"    rule: {broken.get('rule') or rules[key].description}\n"
        f"    fix:  pulumi config {set_or_remove}"
    )
