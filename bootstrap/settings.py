"""What the bootstrap is told, checked before anything is made, and the names it leads to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

PREVIEW = "preview"
"""The environment of previews and drift checks: it reads all stacks and changes none."""

BASE_NAME = re.compile(r"[a-z][a-z0-9]{0,9}")
ENVIRONMENT = re.compile(r"[a-z][a-z0-9]{2,19}")
"""Also the name of the stack, and of its state container, which needs three characters."""

_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+")
_LOCATION = re.compile(r"[a-z][a-z0-9]+")


class BootstrapError(Exception):
    """It can't go on; the message says why and what helps."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What is to be made.

    Attributes:
        base_name: short name in every Azure name; the one that the stacks have as ``baseName``.
        location: Azure region in its short form.
        repository: ``owner/name`` on GitHub.
        environments: environments that are deployed to, each with its stack of the same name.
        subject_prefixes: what the subject of GitHub's tokens begins with, ``repo:owner/name``
            or, for repositories made since 2026-07-15, ``repo:owner@ID/name@ID``.
    """

    base_name: str
    location: str
    repository: str
    environments: tuple[str, ...]
    subject_prefixes: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(
        default_factory=lambda: {"project": "dataopsml", "managed-by": "pulumi-bootstrap"}
    )

    def __post_init__(self) -> None:
        problems = [
            f"--{option} {value!r}: expected {rule}"
            for option, value, rule, good in (
                (
                    "base-name",
                    self.base_name,
                    "1-10 lowercase letters and digits, a letter first",
                    BASE_NAME.fullmatch(self.base_name),
                ),
                (
                    "location",
                    self.location,
                    "an Azure region in its short form, e.g. westeurope",
                    _LOCATION.fullmatch(self.location),
                ),
                (
                    "repository",
                    self.repository,
                    "owner/name of the repository on GitHub",
                    _REPOSITORY.fullmatch(self.repository),
                ),
            )
            if not good
        ]
        problems += [
            f"--environment {name!r}: expected 3-20 lowercase letters and digits, a letter first, "
            f"and neither {PREVIEW!r} nor {STATE_STACK!r}, which are taken"
            for name in self.environments
            if not ENVIRONMENT.fullmatch(name) or name in (PREVIEW, STATE_STACK)
        ]
        problems += [
            f"--subject-prefix {prefix!r}: expected repo:owner/name or repo:owner@ID/name@ID"
            for prefix in self.subject_prefixes
            if not re.fullmatch(r"repo:[\w.@-]+/[\w.@-]+", prefix)
        ]
        if not self.environments:
            problems.append("--environment: give at least one")
        if len(set(self.environments)) != len(self.environments):
            problems.append(f"--environment: given twice: {', '.join(self.environments)}")
        if problems:
            raise BootstrapError("\n".join(problems))

    @property
    def resource_group(self) -> str:
        return f"rg-{self.base_name}-bootstrap"

    @property
    def storage_account(self) -> str:
        return f"st{self.base_name}state"

    @property
    def key_vault(self) -> str:
        return f"kv-{self.base_name}-bootstrap"

    @property
    def subjects(self) -> tuple[str, ...]:
        """Beginnings of GitHub's subjects; by default the form of older repositories."""
        return self.subject_prefixes or (f"repo:{self.repository}",)

    def identity(self, environment: str) -> str:
        return f"id-{self.base_name}-{environment}"


STATE_STACK = "bootstrap"
"""Stack of the bootstrap itself, and the container of its state."""
