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
from pipelines.commands import following_logs, looking, publishing, waiting
from pipelines.errors import NotPublishedError, PipelinesError
from pipelines.results import (
    Download,
    Failure,
    OutputPlace,
    Preview,
    Published,
    Report,
    Run,
    RunState,
    RunSummary,
    StepLog,
    StepRun,
    Version,
)

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
    steps=(
        StepRun(
            name="feature_engineering",
            state=RunState.RUNNING,
            started=datetime(2026, 11, 23, 12, 0, 1, tzinfo=UTC),
            ended=None,
        ),
    ),
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
        cause="ValueError: line 3",
        reason="Databricks run 7 ended TERMINATED FAILED",
        log="Traceback (most recent call last):\n  [cell 7]\nValueError: line 3",
    ),
)


CANCELED = replace(
    RUNNING, state=RunState.CANCELED, ended=datetime(2026, 11, 23, 12, 1, tzinfo=UTC)
)
SUMMARY = RunSummary(
    id="run-1",
    pipeline="feature-engineering",
    state=RunState.FAILED,
    started=datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC),
    ended=datetime(2026, 11, 23, 12, 0, 7, tzinfo=UTC),
    published_id="pipeline-1",
    version="3fa9c1",
)
VERSION = Version(
    pipeline="feature-engineering",
    version="3fa9c1",
    id="pipeline-1",
    content_hash="3fa9c1",
    is_default=True,
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

    def submit(self, values: Mapping[str, str]) -> tuple[str, list[str]]:
        self._note("submit", dict(values))
        return "run-1", ["could not look for the notebook"] if "noted" in values else []

    def state(self, run_id: str) -> RunState:
        return self.states.pop(0) if len(self.states) > 1 else self.states[0]

    def newest_run(self) -> str:
        self._note("newest")
        return "run-1"

    def runs(self, *, limit: int) -> tuple[RunSummary, ...]:
        self._note("runs", limit)
        return (SUMMARY,)

    def versions(self) -> tuple[Version, ...]:
        self._note("versions")
        return (VERSION,)

    def logs(self, run_id: str) -> tuple[StepLog, ...]:
        self._note("logs", run_id)
        return (StepLog(step="engineer", job="began\n", stdout="442 rows\n", stderr=""),)

    def cancel(self, run_id: str) -> None:
        self._note("cancel", run_id)
        self.states = [RunState.RUNNING, RunState.CANCELED]
        self._run = CANCELED

    def download(self, run: Run, directory: Path) -> Download:
        self._note("download", str(directory))
        return Download(directory=str(directory), files=3, size_bytes=14026)

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
    monkeypatch.setattr(waiting, "SHORTEST_POLL_SECONDS", 0.0)
    monkeypatch.setattr(following_logs, "POLL_SECONDS", 0.0)

    def run(session: FakeSession, *arguments: str) -> Result:
        for module in (publishing, looking):
            monkeypatch.setattr(module, "open_session", lambda stack, outputs, pipeline: session)
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
        (("--timeout", "5m"), "error: --timeout is kept while waiting: give --wait too\n"),
        (
            ("--timeout", "soon", "--wait"),
            "error: --timeout 'soon': expected e.g. 90s, 30m or 2h\n",
        ),
        (
            ("--build-id", "7"),
            "error: --build-id is the version to publish under: give --publish too\n",
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
        "Step     feature_engineering Running\n"
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
        "\nFailed step feature_engineering: ValueError: line 3\n"
        "Databricks run 7 ended TERMINATED FAILED\n"
        "\nTraceback (most recent call last):\n  [cell 7]\nValueError: line 3\n"
    )


def test_a_run_that_takes_too_long_is_canceled_and_the_exit_code_says_so(
    invoke: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = FakeSession(run=RUNNING)
    monkeypatch.setattr(waiting, "parse_duration", lambda text: 0)

    result = invoke(session, "run", "--wait", "--timeout", "1s")

    assert (result.exit_code, session.asked) == (
        3,
        [("submit", {}), ("cancel", "run-1"), ("run", "run-1")],
    )
    assert "error: run run-1 took longer than 0 s: canceling it\n" in result.stderr
    assert "State    Canceled after 1:00\n" in result.stdout


def test_what_could_not_be_checked_is_noted_and_does_not_stop_the_run(
    invoke: Callable[..., Result],
) -> None:
    result = invoke(FakeSession(), "run", "--param", "noted=1")

    assert (result.exit_code, result.stderr) == (0, "note: could not look for the notebook\n")


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
        "error: no longer waiting; run run-1 goes on. Look at it: python -m pipelines watch run-1; "
        "end it: python -m pipelines cancel run-1\n"
    )


@pytest.mark.parametrize(("answer", "exit_code"), [("y\n", 130), ("n\n", 130)])
def test_interrupted_at_a_terminal_it_asks_whether_to_cancel(
    invoke: Callable[..., Result], monkeypatch: pytest.MonkeyPatch, answer: str, exit_code: int
) -> None:
    session = FakeSession(run=RUNNING)
    first = iter([KeyboardInterrupt()])
    read_state = session.state

    def interrupted_once(run_id: str) -> RunState:
        for interrupt in first:
            raise interrupt
        return read_state(run_id)

    monkeypatch.setattr(session, "state", interrupted_once)
    asked: list[str] = []

    def answers(question: str, *, err: bool) -> bool:
        asked.append(question)
        return answer == "y\n"

    monkeypatch.setattr(waiting, "_someone_can_answer", lambda: True)
    monkeypatch.setattr("typer.confirm", answers)
    result = invoke(session, "watch", "run-1")

    assert (result.exit_code, asked) == (
        exit_code,
        ["\nCancel run run-1 as well? (no leaves it running)"],
    )
    assert (("cancel", "run-1") in session.asked) is (answer == "y\n")


def test_watch_follows_the_newest_run_to_its_end(invoke: Callable[..., Result]) -> None:
    session = FakeSession()

    result = invoke(session, "watch", "--json")

    assert (result.exit_code, session.asked) == (0, [("newest",), ("run", "run-1")])
    assert result.stderr == "0:00 NotStarted\n0:00 Running\n0:00 Finished\n"
    assert json.loads(result.stdout)["state"] == "Finished"


def test_logs_are_printed_as_they_are_with_the_step_named_beside(
    invoke: Callable[..., Result],
) -> None:
    result = invoke(FakeSession(), "logs", "run-1")

    assert (result.exit_code, result.stdout) == (0, "began\n442 rows\n")
    assert result.stderr == "--- engineer, job\n--- engineer, stdout\n"


def test_followed_logs_print_each_text_once(invoke: Callable[..., Result]) -> None:
    result = invoke(FakeSession(), "logs", "run-1", "--follow")

    assert (result.exit_code, result.stdout) == (0, "began\n442 rows\n")


def test_logs_of_an_unknown_step_are_refused(invoke: Callable[..., Result]) -> None:
    result = invoke(FakeSession(), "logs", "run-1", "--step", "enginer")

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "error: no step 'enginer' has started: did you mean 'engineer'?\n"


def test_logs_are_json_for_programs(invoke: Callable[..., Result]) -> None:
    result = invoke(FakeSession(), "logs", "--json")

    assert json.loads(result.stdout) == [
        {"step": "engineer", "job": "began\n", "stdout": "442 rows\n", "stderr": ""}
    ]


def test_runs_are_listed_one_a_line(invoke: Callable[..., Result]) -> None:
    session = FakeSession()

    result = invoke(session, "list", "--limit", "3")

    assert (result.exit_code, session.asked) == (0, [("runs", 3)])
    assert [line.split() for line in result.stdout.splitlines()] == [
        ["RUN", "STATE", "STARTED", "TOOK", "VERSION"],
        ["run-1", "Failed", "2026-11-23", "12:00:00", "UTC", "0:07", "3fa9c1"],
    ]


def test_published_versions_are_listed_with_the_default_marked(
    invoke: Callable[..., Result],
) -> None:
    result = invoke(FakeSession(), "list", "--published")

    assert [line.split() for line in result.stdout.splitlines()] == [
        ["VERSION", "DEFAULT", "CONTENT", "ID"],
        ["3fa9c1", "yes", "3fa9c1", "pipeline-1"],
    ]


def test_cancel_waits_for_the_end_and_shows_the_run(invoke: Callable[..., Result]) -> None:
    session = FakeSession(run=RUNNING)
    session.states = [RunState.RUNNING]

    result = invoke(session, "cancel", "run-1", "--json")

    assert (result.exit_code, session.asked) == (0, [("cancel", "run-1"), ("run", "run-1")])
    assert json.loads(result.stdout)["state"] == "Canceled"


def test_a_run_that_has_ended_can_not_be_canceled(invoke: Callable[..., Result]) -> None:
    session = FakeSession()
    session.states = [RunState.FINISHED]

    result = invoke(session, "cancel", "run-1")

    assert (result.exit_code, session.asked) == (2, [])
    assert result.stderr == "error: run run-1 is Finished: there is nothing to cancel\n"


def test_an_output_can_be_copied_without_being_shown(
    invoke: Callable[..., Result], tmp_path: Path
) -> None:
    session = FakeSession()
    target = tmp_path / "features"

    result = invoke(session, "output", "--download", str(target), "--head", "0")

    assert (result.exit_code, session.asked) == (0, [("run", None), ("download", str(target))])
    assert f"Copied   3 files, 14026 bytes to {target}\n" in result.stdout


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


@pytest.mark.parametrize(
    "command", ["publish", "run", "status", "watch", "logs", "output", "list", "cancel"]
)
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
    listed = lines[lines.index("Commands:") + 1 :]
    commands = [line.split()[0] for line in listed[: listed.index("")]]
    assert (commands, lines[-1]) == (
        ["check", "publish", "run", "status", "watch", "logs", "output", "list", "cancel"],
        "[]",
    )
