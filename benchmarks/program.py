"""Compares evaluating the whole program with the bare import of the SDK modules it uses.

    python benchmarks/program.py

Each figure is the median of fresh Python processes, both kinds in turn in one run; the program
runs under Pulumi's mocks, so nothing is deployed. The second table names what dominates.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

PROJECT_DIR = Path(__file__).resolve().parent.parent
LIMIT = 1.3
ROUNDS = 5

MEASURED = """
import json, resource, sys, time
started = time.process_time()
{body}
seconds = time.process_time() - started
peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({{"seconds": seconds, "mb": peak_mb}}))
"""

PROGRAM = """
import runpy
from tests.infra.examples import configured
from tests.infra.harness import deploy
deploy(
    lambda: runpy.run_path("__main__.py", run_name="__main__"),
    config=configured(baseName="sample"),
)
"""

USED_MODULES = (
    """
import sys
"""
    + PROGRAM
    + """
print(*sorted(n for n in sys.modules if n.split(".")[0] in {packages}), sep="\\n")
"""
)
SDK_PACKAGES = ("pulumi", "pulumi_azure_native", "pulumi_databricks", "pydantic")
"""What the program imports to do its work; all else is its own code or Python's."""


def run(code: str, *options: str) -> subprocess.CompletedProcess[str]:
    """A fresh Python process in the project's folder.

    Raises:
        SystemExit: it failed; its output says why.
    """
    done = subprocess.run(
        [sys.executable, *options, "-c", code],
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return done


def sdk_modules() -> list[str]:
    """The SDK modules that the program has imported when it is done."""
    found = run(USED_MODULES.format(packages=SDK_PACKAGES)).stdout.split()
    return [name for name in found if all(part.isidentifier() for part in name.split("."))]


def measure(body: str) -> dict[str, float]:
    """Seconds of processor time, and the most memory in MB."""
    figures: dict[str, float] = json.loads(run(MEASURED.format(body=body)).stdout.splitlines()[-1])
    return figures


def dominant(body: str, count: int = 8) -> list[tuple[str, float]]:
    """The packages whose import takes longest, with their seconds."""
    lines = run(body, "-X", "importtime").stderr.splitlines()
    seconds: dict[str, float] = {}
    for line in lines:
        match = re.match(r"import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)", line)
        if match:
            package = ".".join(match[2].split(".")[:2])
            seconds[package] = seconds.get(package, 0) + int(match[1]) / 1e6
    return sorted(seconds.items(), key=lambda item: -item[1])[:count]


def main() -> None:
    """Measure and print; exits with 1 if a ratio is above its limit."""
    bare = "".join(f"import {name}\n" for name in sdk_modules())
    rounds = [(measure(PROGRAM), measure(bare)) for _ in range(ROUNDS)]
    table = Table("what", "program", "bare imports", "ratio", "limit", "")
    missed = False
    for what, key, unit in (("processor time", "seconds", "s"), ("peak memory", "mb", "MB")):
        program = statistics.median(whole[key] for whole, _ in rounds)
        imports = statistics.median(only[key] for _, only in rounds)
        ratio = program / imports
        missed |= ratio > LIMIT
        verdict = "ok" if ratio <= LIMIT else "[red]missed[/]"
        table.add_row(
            what,
            f"{program:.2f} {unit}",
            f"{imports:.2f} {unit}",
            f"{ratio:.2f}",
            f"{LIMIT}",
            verdict,
        )
    console = Console()
    console.print(table)
    parts = Table("import that takes longest", "seconds")
    for package, taken in dominant(PROGRAM):
        parts.add_row(package, f"{taken:.2f}")
    console.print(parts)
    sys.exit(int(missed))


if __name__ == "__main__":
    main()
