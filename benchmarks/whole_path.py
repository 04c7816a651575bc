"""Times what a person waits for, and compares each figure with its limit.

    python benchmarks/whole_path.py

Uses a local cloud of its own in a temporary folder; set-up must be done (``make setup``).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

PROJECT_DIR = Path(__file__).resolve().parent.parent


def timed(*command: str, environment: dict[str, str]) -> tuple[float, str]:
    """Seconds that a command took, and what it printed.

    Raises:
        SystemExit: it failed; its output says why.
    """
    started = time.monotonic()
    done = subprocess.run(
        command,
        cwd=PROJECT_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}")
    return time.monotonic() - started, done.stdout


def measure(environment: dict[str, str]) -> list[tuple[str, float, float, str]]:
    """Rows of (what, figure, limit, unit)."""
    local = (sys.executable, "-m", "localcloud")

    def seconds(*command: str) -> float:
        return timed(*command, environment=environment)[0]

    rows = [
        ("demo from nothing deployed", seconds(*local, "demo"), 60, "s"),
        ("a second demo", seconds(*local, "demo"), 30, "s"),
        ("an up that changes nothing", seconds(*local, "up"), 15, "s"),
        ("pipelines --help", seconds(sys.executable, "-m", "pipelines", "--help"), 0.5, "s"),
    ]
    _, report = timed(*local, "status", "--json", environment=environment)
    rows.append(("servers idle, Spark aside", json.loads(report)["memory_mb"], 400, "MB"))
    return rows


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "LOCALCLOUD_HOME": folder, "LOCALCLOUD_PORT": "31440"}
        try:
            rows = measure(environment)
        finally:
            timed(sys.executable, "-m", "localcloud", "stop", environment=environment)
    table = Table("what", "measured", "limit", "")
    for what, figure, limit, unit in rows:
        verdict = "ok" if figure <= limit else "[red]missed[/]"
        table.add_row(what, f"{figure:.2f} {unit}", f"{limit} {unit}", verdict)
    Console().print(table)


if __name__ == "__main__":
    main()
