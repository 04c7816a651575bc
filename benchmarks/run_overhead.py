"""Times everything in a run that is not Spark: submitting, checks, polls, logs, reading the result.

    python benchmarks/run_overhead.py

A run is ``python -m pipelines run --wait`` as its user types it, from the start of the process to
its end. Spark's part is what Databricks accounts to the run: starting Spark and the notebook. Uses
a local cloud of its own in a temporary folder; set-up must be done (``make setup``).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from databricks.sdk import WorkspaceClient

PROJECT_DIR = Path(__file__).resolve().parent.parent
RUNS = 5
LIMIT_SECONDS = 5.0
BASE_PORT = "31480"
RUN = ("-m", "pipelines", "run", "--wait", "--head", "5", "--stack", "local", "--json")


def call(*arguments: str, environment: dict[str, str]) -> str:
    """What ``python ARGUMENTS`` prints.

    Raises:
        SystemExit: it failed; its output says why.
    """
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"python {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def spark_seconds(client: WorkspaceClient) -> float:
    """What Databricks accounts to its newest run."""
    run = next(iter(client.jobs.list_runs(limit=1)))
    assert run.start_time is not None
    assert run.end_time is not None
    return (run.end_time - run.start_time) / 1000


def measure(folder: str, environment: dict[str, str]) -> list[tuple[float, float]]:
    """Seconds of each run: in all, and Spark's part. The first one, which publishes, aside."""
    call("-m", "localcloud", "up", environment=environment)
    shell = json.loads(call("-m", "localcloud", "env", "--json", environment=environment))
    os.environ.update(shell)
    inside = {**environment, **shell, "HOME": folder}  # the Azure ML SDK keeps addresses there
    call("-m", "pipelines", "publish", "--stack", "local", environment=inside)
    call(*RUN, environment=inside)
    client = WorkspaceClient()
    figures = []
    for _ in range(RUNS):
        started = time.monotonic()
        run = json.loads(call(*RUN, environment=inside))
        total = time.monotonic() - started
        assert (run["state"], len(run["preview"]["rows"])) == ("Finished", 5)
        figures.append((total, spark_seconds(client)))
    return figures


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "LOCALCLOUD_HOME": folder,
            "LOCALCLOUD_PORT": BASE_PORT,
        }
        try:
            figures = measure(folder, environment)
        finally:
            call("-m", "localcloud", "stop", environment=environment)
    for total, spark in figures:
        print(f"run {total:5.2f} s, Spark {spark:5.2f} s, the rest {total - spark:5.2f} s")
    rest = statistics.median(total - spark for total, spark in figures)
    verdict = "ok" if rest < LIMIT_SECONDS else "missed"
    print(f"the rest, median of {RUNS}: {rest:.2f} s (limit {LIMIT_SECONDS:g} s): {verdict}")


if __name__ == "__main__":
    main()
