"""What a person sees of an update, from the engine's own events."""

from __future__ import annotations

import io
import os
import sys
from typing import Any

import pytest
from pulumi.automation import EngineEvent
from rich.console import Console

from localcloud.progress import DEPLOYED, DESTROYED, Progress

STACK = "urn:pulumi:local::dataopsml::"


def step(name: str, op: str, type_name: str) -> dict[str, Any]:
    return {
        "op": op,
        "urn": f"{STACK}dataopsml:infra:Network${type_name}::{name}",
        "type": type_name,
        "provider": "",
    }


def finished(name: str, op: str, type_name: str = "azure-native:network:Subnet") -> EngineEvent:
    event = {"sequence": 1, "timestamp": 1, "resOutputsEvent": {}}
    return EngineEvent.from_json(
        {**event, "resOutputsEvent": {"metadata": step(name, op, type_name)}}
    )


def diagnostic(severity: str, message: str, urn: str = "") -> EngineEvent:
    said = {"message": message, "color": "raw", "severity": severity, "urn": urn, "prefix": ""}
    return EngineEvent.from_json({"sequence": 1, "timestamp": 1, "diagnosticEvent": said})


def shown(*events: EngineEvent) -> tuple[Progress, list[str]]:
    output = io.StringIO()
    with Progress(Console(file=output, width=200), "deploying") as progress:
        for event in events:
            progress.on_event(event)
    return progress, [line.rstrip() for line in output.getvalue().splitlines()]


def test_each_change_is_a_line_and_what_did_not_change_is_counted() -> None:
    progress, lines = shown(
        finished("a", "create"),
        finished("pool", "update", "databricks:index/instancePool:InstancePool"),
        finished("b", "same"),
        finished("network", "create", "dataopsml:infra:Network"),
        finished("local", "create", "pulumi:pulumi:Stack"),
    )
    assert [line.split() for line in lines] == [
        ["created", "network.Subnet", "a", "0.0", "s"],
        ["updated", "databricks.InstancePool", "pool", "0.0", "s"],
    ]
    assert progress.summary(DEPLOYED) == "1 created, 1 updated, 1 unchanged"


def test_a_destroyed_stack_is_summed_up_in_what_was_deleted() -> None:
    progress, _ = shown(finished("a", "delete"), finished("b", "delete"))
    assert progress.summary(DESTROYED) == "2 deleted"
    assert Progress(Console(), "destroying").summary(DESTROYED) == "0 deleted"


def test_what_happens_seldom_is_named_only_when_it_did() -> None:
    progress, _ = shown(finished("a", "create-replacement"), finished("a", "delete-replaced"))
    assert progress.summary(DEPLOYED) == (
        "0 created, 0 updated, 0 unchanged, 1 replaced, 1 deleted old"
    )


@pytest.mark.parametrize(
    ("severity", "urn", "lines", "errors"),
    [
        ("warning", "", ["  warning     take care"], []),
        ("error", f"{STACK}t::pool", [], ["pool: take care"]),
        ("error", "", [], ["take care"]),
        ("info", "", [], []),
    ],
)
def test_warnings_are_shown_and_errors_kept_for_the_end(
    severity: str, urn: str, lines: list[str], errors: list[str]
) -> None:
    progress, said = shown(diagnostic(severity, "<{%fg 1%}>take care<{%reset%}>\n", urn))
    assert (said, progress.errors) == (lines, errors)


def test_that_the_engine_found_the_plugins_of_the_local_cloud_is_no_warning() -> None:
    _, said = shown(diagnostic("warning", "using pulumi-resource-databricks from $PATH at /x"))
    assert said == []


def test_an_update_goes_on_when_nobody_reads_its_lines_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as output, Progress(Console(), "deploying") as progress:
        monkeypatch.setattr(sys, "stdout", output)
        for name in ("a", "b"):
            progress.on_event(finished(name, "create"))
        monkeypatch.undo()
    assert progress.summary(DEPLOYED) == "2 created, 0 updated, 0 unchanged"
