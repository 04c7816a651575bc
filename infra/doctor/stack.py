"""The stack as Pulumi has it: its checked settings, what it owns already, and its outputs."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from infra.doctor.pulumi_cli import pulumi_json
from infra.settings import PROJECT, Settings


@dataclass(frozen=True, kw_only=True)
class Stack:
    """One stack, deployed or not."""

    name: str
    settings: Settings
    config: Mapping[str, str]
    """Every configuration key with its namespace to its raw value."""
    owned: frozenset[str]
    """Ids of the resources that are in the stack's state, in lower case."""
    outputs: Mapping[str, str]
    """The outputs that are plain text."""

    def owns(self, arm_id: str) -> bool:
        """Whether the stack has this resource already."""
        return arm_id.lower() in self.owned

    @classmethod
    def read(cls, name: str) -> Stack:
        """Read a stack's configuration and state, the former as the program does.

        Raises:
            PulumiError: there is no such stack, or Pulumi can't open it.
            SettingsError: the configuration can't be used.
        """
        with ThreadPoolExecutor() as threads:
            state = threads.submit(pulumi_json, "stack", "export", "--stack", name)
            config = _config(name)
            resources = (state.result().get("deployment") or {}).get("resources") or []
        return cls(
            name=name,
            settings=Settings.from_config(config, name),
            config=config,
            owned=frozenset(str(each["id"]).lower() for each in resources if each.get("id")),
            outputs=_outputs(resources),
        )


def _config(name: str) -> dict[str, str]:
    """Keys with their values; the defaults of ``Pulumi.yaml`` are in what Pulumi prints."""
    arguments = ("config", "--json", "--stack", name)
    entries = pulumi_json(*arguments)
    if any(entry.get("secret") and key.startswith(f"{PROJECT}:") for key, entry in entries.items()):
        entries = pulumi_json(*arguments, "--show-secrets")
    return {key: str(entry["value"]) for key, entry in entries.items() if "value" in entry}


def _outputs(resources: list[dict[str, Any]]) -> dict[str, str]:
    root = next((each for each in resources if each["type"] == "pulumi:pulumi:Stack"), {})
    return {
        name: value for name, value in root.get("outputs", {}).items() if isinstance(value, str)
    }
