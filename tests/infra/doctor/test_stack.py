"""A stack as Pulumi has it: its settings, what it owns, its outputs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra.doctor.pulumi_cli import PulumiError
from infra.doctor.stack import Stack
from infra.settings import Settings
from infra.settings_errors import SettingsError
from tests.infra.examples import configured

GROUP = "/subscriptions/S/resourceGroups/RG-Sample-Dev-Main"
STATE = {
    "deployment": {
        "resources": [
            {
                "type": "pulumi:pulumi:Stack",
                "outputs": {"location": "westeurope", "hidden": {"ciphertext": "x"}},
            },
            {"type": "dataopsml:infra:Site"},
            {"type": "azure-native:resources:ResourceGroup", "id": GROUP},
        ]
    }
}

ANSWER = """#!/bin/sh
case "$*" in
  "stack export --stack dev --non-interactive") cat "$(dirname "$0")/state.json" ;;
  "config --json --stack dev --non-interactive") cat "$(dirname "$0")/config.json" ;;
  "config --json --stack dev --show-secrets --non-interactive")
    cat "$(dirname "$0")/shown.json" ;;
  *) echo "error: not expected: $*" >&2; exit 255 ;;
esac
"""


@pytest.fixture
def answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a command line that answers from files."""
    command = tmp_path / "pulumi"
    command.write_text(ANSWER)
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def write(folder: Path, name: str, config: dict[str, str], secret: str = "") -> None:
    entries = {
        key: {"secret": True} | ({} if name == "config.json" else {"value": value})
        if key == secret
        else {"value": value}
        for key, value in config.items()
    }
    (folder / name).write_text(json.dumps(entries))


def test_a_deployed_stack_is_read_whole(answers: Path) -> None:
    config = configured(baseName="sample")
    (answers / "state.json").write_text(json.dumps(STATE))
    write(answers, "config.json", config)

    found = Stack.read("dev")

    assert found == Stack(
        name="dev",
        settings=Settings.from_config(config, "dev"),
        config=config,
        owned=frozenset({GROUP.lower()}),
        outputs={"location": "westeurope"},
    )
    assert found.owns(GROUP.upper())
    assert not found.owns(f"{GROUP}-2")


def test_a_stack_that_was_never_deployed_owns_nothing(answers: Path) -> None:
    (answers / "state.json").write_text('{"version": 3}')
    write(answers, "config.json", configured(baseName="sample"))

    found = Stack.read("dev")

    assert (found.owned, found.outputs) == (frozenset(), {})


def test_a_setting_that_is_kept_as_a_secret_is_decrypted(answers: Path) -> None:
    config = configured(baseName="sample", owner="ann")
    (answers / "state.json").write_text('{"version": 3}')
    for name in ("config.json", "shown.json"):
        write(answers, name, config, secret="dataopsml:owner")

    assert Stack.read("dev").settings.owner == "ann"


def test_a_stack_that_is_not_there_and_a_bad_setting_are_refused(answers: Path) -> None:
    (answers / "state.json").write_text('{"version": 3}')
    write(answers, "config.json", configured(baseName="Not good"))

    with pytest.raises(PulumiError, match=r"^not expected: "):
        Stack.read("other")
    with pytest.raises(SettingsError, match="baseName: 'Not good'"):
        Stack.read("dev")
