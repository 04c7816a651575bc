"""Checks what is neither Python nor Markdown: workflows, actions, shell scripts, the Dockerfile.

Every checker but one is a locked package. actionlint is a Go module, built once into the cache
folder; where no Go can be had it is left out, and the line that says so is the only difference.
It reaches no network but Go's module proxy, that once.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from tools.go_tool import built  # noqa: E402

BIN = Path(sys.executable).parent
ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint"


@dataclass(frozen=True)
class Check:
    """One command that must end with 0."""

    name: str
    command: tuple[str | Path, ...]

    def run(self) -> tuple[bool, str]:
        """Whether it passed, and what it said."""
        done = subprocess.run(
            [str(part) for part in self.command],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode == 0, done.stdout + done.stderr


def main() -> int:
    """Run all checks, say what they found; 0 when they found nothing."""
    found = checks(tracked_files())
    with ThreadPoolExecutor() as pool:
        results = list(pool.map(Check.run, found))
    for check, (passed, said) in zip(found, results, strict=True):
        if not passed:
            sys.stdout.write(f"{check.name}:\n{said}\n")
    names = ", ".join(check.name for check in found)
    if all(passed for passed, _ in results):
        sys.stdout.write(f"Workflows, scripts and image: {names} passed\n")
        return 0
    return 1


def checks(files: list[Path]) -> list[Check]:
    """The checks of these files, given relative to the project."""
    workflows = [file for file in files if file.parent == Path(".github/workflows")]
    actions = [file for file in files if file.name == "action.yml"]
    dependabot = [file for file in files if file.name == "dependabot.yml"]
    scripts = [file for file in files if is_shell_script(PROJECT / file)]
    images = [file for file in files if file.name == "Dockerfile"]
    schema = (BIN / "check-jsonschema", "--builtin-schema")
    found = [
        Check("schema of workflows", (*schema, "vendor.github-workflows", *workflows)),
        Check("schema of actions", (*schema, "vendor.github-actions", *actions)),
        Check("schema of dependabot.yml", (*schema, "vendor.dependabot", *dependabot)),
        Check(
            "zizmor",
            (
                BIN / "zizmor",
                "--offline",
                "--no-progress",
                "--config",
                ".github/zizmor.yml",
                ".github",
            ),
        ),
        Check("shellcheck", (BIN / "shellcheck", *scripts)),
        Check("hadolint", (BIN / "hadolint", *images)),
    ]
    linter = built("actionlint", ACTIONLINT)
    if linter is None:
        return found
    return [*found, Check("actionlint", (linter, "-shellcheck", BIN / "shellcheck"))]


def tracked_files() -> list[Path]:
    """Files of the project, those not yet committed included."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [Path(name) for name in listing.split("\0") if name and (PROJECT / name).is_file()]


def is_shell_script(file: Path) -> bool:
    """Whether a file says so by its suffix or its first line."""
    if file.suffix == ".sh":
        return True
    if file.suffix or not file.is_file():
        return False
    with file.open("rb") as content:
        first = content.readline(80)
    return first.startswith(b"#!") and first.split(b"/")[-1].split()[-1] in (b"bash", b"sh")


if __name__ == "__main__":
    sys.exit(main())
