"""``python -m infra.new_stack NAME``: write the settings of a new stack, asking for what it needs.

The questions are the keys below, their texts and defaults those of ``Pulumi.yaml``, their rules
those of :mod:`infra.settings`. It makes nothing in Azure and no state.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from infra.settings import PROJECT, Settings
from infra.settings_errors import SettingsError

PROJECT_DIR = Path(__file__).resolve().parent.parent

ASKED = ("baseName", "location", "vnetAddressSpace")
"""What differs from stack to stack. The rest has a good default and can be set later."""

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


@app.command(help=__doc__)
def new_stack(
    name: Annotated[
        str, typer.Argument(help="Of the stack; also the environment in Azure's names")
    ],
    answer: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Answer beforehand; asks for the rest"),
    ] = None,
    directory: Annotated[Path, typer.Option(hidden=True)] = PROJECT_DIR,
) -> None:
    """Ask, check, write."""
    file = directory / f"Pulumi.{name}.yaml"
    if file.exists():
        raise _refused(f"{file.name} exists: stack {name!r} has its settings already")
    declared = _declared(directory)
    given = _given(answer or [], declared)
    defaults = {key: _text(entry["default"]) for key, entry in declared.items()}
    answers = {key: given[key] for key in given}
    for key in ASKED:
        if key not in given:
            answers[key] = _ask(key, declared[key], {**defaults, **answers}, name)
    problem = _problem({**defaults, **answers}, name)
    if problem:
        raise _refused(problem)
    config = {f"{PROJECT}:{key}": value for key, value in answers.items()}
    file.write_text(yaml.safe_dump({"config": config}, sort_keys=False), encoding="utf-8")
    typer.echo(
        f"\n{file.name} is written. Next:\n"
        f"  pulumi stack init {name} --secrets-provider azurekeyvault://VAULT.vault.azure.net/"
        f"keys/{name}\n"
        f"  python -m infra.doctor --stack {name}\n"
        "docs/deploying.md tells the whole way."
    )


def _ask(key: str, entry: Mapping[str, Any], values: Mapping[str, str], stack: str) -> str:
    """Ask until the answer keeps the rule of its key."""
    while True:
        typer.echo(f"\n{entry['description']}")
        value: str = typer.prompt(key, default=_text(entry["default"]) or None)
        problem = _problem({**values, key: value}, stack, about=key)
        if not problem:
            return value
        typer.echo(problem)


def _problem(values: Mapping[str, str], stack: str, about: str = "") -> str:
    """What is wrong with the values; with ``about``, only if that key is part of it."""
    try:
        Settings.from_config({f"{PROJECT}:{key}": value for key, value in values.items()}, stack)
    except SettingsError as error:
        text = str(error)
        return text if about in text else ""
    return ""


def _given(answers: list[str], declared: Mapping[str, Any]) -> dict[str, str]:
    given = {}
    for text in answers:
        key, separator, value = text.partition("=")
        if not separator or key not in declared:
            raise _refused(f"--set {text}: expected KEY=VALUE with one of: {', '.join(declared)}")
        given[key] = value
    return given


def _declared(directory: Path) -> dict[str, Any]:
    project = yaml.safe_load((directory / "Pulumi.yaml").read_text(encoding="utf-8"))
    return {key.removeprefix(f"{PROJECT}:"): entry for key, entry in project["config"].items()}


def _text(default: object) -> str:
    """A default as the engine hands it to the program."""
    if isinstance(default, bool):
        return str(default).lower()
    return yaml.safe_dump(default).strip() if isinstance(default, dict) else str(default)


def _refused(reason: str) -> typer.Exit:
    typer.echo(f"error: {reason}", err=True)
    return typer.Exit(2)


if __name__ == "__main__":
    app()
