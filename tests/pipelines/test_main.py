"""The command line: what people and programs read, and the exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines import __main__ as cli
from pipelines import console
from pipelines.errors import NotPublishedError, PipelinesError
from pipelines.results import Failure, OutputPlace, Preview, Published, Report, Run, RunState

PROJECT = Path(__file__).resolve().parents[2]
PUBLISHED = Published(
    name="feature-engineering",
    id="pipeline-1",
    version="3fa9c1",
    content_hash="3fa9c1",
    endpoint_id="endpoint-1",
    endpoint_url="https://westeurope.api.azureml.ms/endpoint-1",
    is_new=True,
)
RUNNING = Run(
    id="run-1",
    pipeline="feature-engineering",
    state=RunState.RUNNING,
    started=datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC),
    ended=None,
    portal_url="https://ml.azure.com/runs/run-1",
)
FINISHED = replace(
    RUNNING,
    state=RunState.FINISHED,
    ended=datetime(2026, 11, 23, 12, 3, 5, tzinfo=UTC),
    output=OutputPlace(
        datastore="training_data",
        container="trainingdata",
        path="azureml/run-1/features",
        url="https://st.blob.core.windows.net/trainingdata/azureml/run-1/features",
    ),
    report=Report(rows_in=442, rows_dropped=20, rows_out=422),
)
FAILED = replace(
    RUNNING,
    state=RunState.FAILED,
    ended=datetime(2026, 11, 23, 12, 0, 7, tzinfo=UTC),
    failure=Failure(
        step="feature_engineering",
        reason="the notebook failed",
        log="Traceback (most recent call last):\n  [cell 7]\nValueError: line 3",
    ),
)


class FakeSession:
    """Answers with given results, and remembers what it was asked."""

    def __init__(self, *, run: Run = FINISHED, refusal: PipelinesError | None = None) -> None:
        self._run = run
        self._refusal = refusal
        self.states = [RunState.NOT_STARTED, RunState.RUNNING, RunState.RUNNING, run.state]
        self.asked: list[object] = []

    def publish(self, *, version: str | None = None) -> Published:
        self._note("publish", version)
        return replace(PUBLISHED, version=version or PUBLISHED.version)

    def submit(self, replacements: Mapping[str, str]) -> str:
        self._note("submit", dict(replacements))
        return "run-1"

    def state(self, run_id: str) -> RunState:
        return self.states.pop(0)

    def run(self, run_id: str | None = None) -> Run:
        self._note("run", run_id)
        return self._run

    def preview(self, run: Run, *, rows: int) -> Preview:
        self._note("preview", rows)
        return Preview(columns=("AGE", "BMI"), rows=((59, 32.1), (48, 21.6)))

    def _note(self, *call: object) -> None:
        self.asked.append(call)
        if self._refusal:
            raise self._refusal


@pytest.fixture
def invoke(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a command line against a fake session."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setattr(console, "FIRST_POLL_SECONDS", 0.0)

    def run(session: FakeSession, *arguments: str) -> Result:
        monkeypatch.setattr(cli, "_session", lambda stack, outputs: session)
        return CliRunner().invoke(cli.app, arguments)

    return run


def test_publish_prints_name_id_version_and_endpoint(invoke: Callable[..., Result]) -> None:
    session = FakeSession()

    result = invoke(session, "publish", "--build-id", "42")

    assert (result.exit_code, session.asked) == (0, [("publish", "42")])
    assert result.stdout == (
        "Pipeline feature-engineering pipeline-1\n"
        "Version  42 new\n"
        "Endpoint https://westeurope.api.azureml.ms/endpoint-1\n"
    )


def test_publish_prints_json_for_programs(invoke: Callable[..., Result]) -> None:
    result = invoke(FakeSession(), "publish", "--json")

    assert json.loads(result.stdout) == asdict(PUBLISHED)


def test_run_passes_parameters_on_and_returns_at_once(invoke: Callable[..., Result]) -> None:
    session = FakeSession(run=RUNNING)

    result = invoke(session, "run", "--param", "training_data=day=1/a.csv", "--param", "x=")

    assert result.exit_code == 0
    assert session.asked == [
        ("submit", {"training_data": "day=1/a.csv", "x": ""}),
        ("run", "run-1"),
    ]
    assert "State    Running\n" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--param", "x"), "error: --param 'x': expected NAME=VALUE\n"),
        (("--param", "x=1", "--param", "x=2"), "error: --param 'x=2': 'x' is given twice\n"),
        (
            ("--head", "3"),
            "error: --head shows the output of a finished run: give --wait too\n",
        ),
    ],
)
def test_a_command_line_that_makes_no_sense_is_refused(
    invoke: Callable[..., Result], arguments: tuple[str, ...], message: str
) -> None:
    result = invoke(FakeSession(), "run", *arguments)

    assert (result.exit_code, result.stdout, result.stderr) == (2, "", message)


def test_a_followed_run_ends_with_rows_and_output(invoke: Callable[..., Result]) -> None:
    session = FakeSession()

    result = invoke(session, "run", "--wait")

    assert (result.exit_code, session.asked) == (0, [("submit", {}), ("run", "run-1")])
    assert result.stderr == "0:00 NotStarted\n0:00 Running\n0:00 Finished\n"
    assert result.stdout == (
        "Run      feature-engineering run-1\n"
        "State    Finished after 3:05\n"
        "Started  2026-11-23 12:00:00 UTC\n"
        "Ended    2026-11-23 12:03:05 UTC\n"
        "Portal   https://ml.azure.com/runs/run-1\n"
        "Rows     442 in, 20 dropped, 422 out\n"
        "Output   https://st.blob.core.windows.net/trainingdata/azureml/run-1/features\n"
        "         datastore training_data, path azureml/run-1/features\n"
    )


def test_one_command_publishes_runs_and_shows_the_first_rows(
    invoke: Callable[..., Result],
) -> None:
    session = FakeSession()

    result = invoke(session, "run", "--publish", "--wait", "--head", "2")

    assert (result.exit_code, session.asked) == (
        0,
        [("publish", None), ("submit", {}), ("run", "run-1"), ("preview", 2)],
    )
    lines = result.stdout.splitlines()
    assert lines[0] == "Pipeline feature-engineering pipeline-1"
    assert [line.split() for line in lines[-2:]] == [["59", "32.1"], ["48", "21.6"]]


def test_a_failed_run_shows_its_cause_and_the_notebooks_traceback_last(
    invoke: Callable[..., Result],
) -> None:
    result = invoke(FakeSession(run=FAILED), "run", "--wait")

    assert result.exit_code == 1
    assert "State    Failed after 0:07\n" in result.stdout
    assert result.stderr.partition("Failed\n")[2] == (
        "\nFailed step feature_engineering: the notebook failed\n"
        "\nTraceback (most recent call last):\n  [cell 7]\nValueError: line 3\n"
    )


def test_interrupting_a_followed_run_says_that_it_goes_on(
    invoke: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = FakeSession()

    def interrupt(run_id: str) -> RunState:
        raise KeyboardInterrupt

    monkeypatch.setattr(session, "state", interrupt)
    result = invoke(session, "run", "--wait")

    assert result.exit_code == 130
    assert result.stderr == (
        "error: no longer waiting; the run goes on: python -m pipelines status run-1\n"
    )


@pytest.mark.parametrize(
    ("run", "exit_code"),
    [(FINISHED, 0), (RUNNING, 0), (FAILED, 1), (replace(RUNNING, state=RunState.CANCELED), 1)],
)
def test_status_tells_the_runs_state_by_its_exit_code(
    invoke: Callable[..., Result], run: Run, exit_code: int
) -> None:
    session = FakeSession(run=run)

    result = invoke(session, "status", "run-1", "--json")

    assert (result.exit_code, session.asked) == (exit_code, [("run", "run-1")])
    shown = json.loads(result.stdout)
    assert shown["state"] == run.state.value
    assert shown["started"] == "2026-11-23T12:00:00+00:00"


def test_output_ends_with_the_first_rows_as_a_table(invoke: Callable[..., Result]) -> None:
    session = FakeSession()

    result = invoke(session, "output", "--head", "2")

    assert (result.exit_code, session.asked) == (0, [("run", None), ("preview", 2)])
    table = [line.split() for line in result.stdout.splitlines()[-3:]]
    assert table == [["AGE", "BMI"], ["59", "32.1"], ["48", "21.6"]]


def test_output_prints_rows_in_json(invoke: Callable[..., Result]) -> None:
    result = invoke(FakeSession(), "output", "--json")

    assert json.loads(result.stdout)["preview"] == {
        "columns": ["AGE", "BMI"],
        "rows": [[59, 32.1], [48, 21.6]],
    }


@pytest.mark.parametrize("command", ["publish", "run", "status", "output"])
def test_a_refusal_is_one_clear_line_and_exit_code_2(
    invoke: Callable[..., Result], command: str
) -> None:
    refusal = NotPublishedError("nothing published [yet]: python -m pipelines publish")

    result = invoke(FakeSession(refusal=refusal), command)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: nothing published [yet]: python -m pipelines publish\n"


def test_help_names_the_commands_and_loads_neither_azureml_nor_azure() -> None:
    script = (
        "import sys, runpy; sys.argv = ['pipelines', '--help']\n"
        "try: runpy.run_module('pipelines', run_name='__main__')\n"
        "except SystemExit: pass\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'azure', 'azureml', 'httpx', 'pyarrow'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=PROJECT,
        env=os.environ,
        capture_output=True,
        text=True,
        check=True,
    )

    lines = done.stdout.splitlines()
    commands = [line.split()[0] for line in lines[lines.index("Commands:") + 1 : -1]]
    assert (commands, lines[-1]) == (["publish", "run", "status", "output"], "[]")
