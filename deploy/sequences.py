"""The sequences of steps that the workflows run on one stack.

Each returns its report, whole or ended by the step that failed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from deploy import sections
from deploy.commands import PROJECT_DIR, Finished, last_lines, python
from deploy.engine import Engine, EngineError
from deploy.errors import DeployError
from deploy.github import MAIN
from deploy.report import Report, StoppedError
from deploy.views import Published, Run, read
from stack_outputs import StackOutputs, StackOutputsError

REASON_LINES = 40
"""Of what a failed command said, from its end."""

PREVIEW_ROWS = 5

POLICY_PACK = "DATAOPSML_POLICY_PACK"
"""Variable with another folder of policies, for where the engine can't start the project's own."""


def engine(stack: str, project_dir: Path = PROJECT_DIR) -> Engine:
    """The engine on a stack of the project, with the project's policies."""
    pack = Path(os.environ.get(POLICY_PACK) or project_dir / "policies")
    return Engine(stack, project_dir, policy_packs=(pack,))


def deploy(stack: str, *, ref: str, force: bool) -> Report:
    """Make the cloud what the checked-out program declares: guard, preflight, up."""
    report = Report("Deploy", stack)

    def steps() -> None:
        with report.step("guard") as step:
            step.detail = check_ref(ref, force=force)
        with report.step("preflight"):
            _succeed(python("-m", "infra.doctor", "--stack", stack))
        with report.step("up") as step:
            try:
                changes = engine(stack).up()
            except EngineError as error:
                step.detail = error.changes.summary()
                report.sections.append(sections.changes("Done before it failed", error.changes))
                raise
            step.detail = changes.summary()
            report.sections.append(sections.changes("Changes", changes))
        with report.step("outputs"):
            report.sections.append(sections.links(stack_outputs_of(stack)))

    return until_stopped(report, steps)


def release(stack: str, *, build_id: str) -> Report:
    """Bring the pipeline up to date on a deployed stack: check, publish, run."""
    report = Report("Release", stack)

    def steps() -> None:
        with report.step("check"):
            _succeed(python("-m", "pipelines", "check"))
        with report.step("publish") as step:
            published = read(
                Published, _succeed(_pipelines(stack, "publish", "--build-id", build_id, "--json"))
            )
            step.detail = f"version `{published.version}`" + (
                "" if published.is_new else ", published before"
            )
        with report.step("run") as step:
            arguments = ["run", "--wait", "--head", str(PREVIEW_ROWS), "--json"]
            finished = _pipelines(stack, *arguments)
            if not finished.stdout.strip():
                _succeed(finished)
            run = read(Run, finished)
            step.detail = f"{run.state}, [run]({run.portal_url})"
            report.sections.append(sections.run(run))
            if run.failure is not None or finished.code:
                raise DeployError(_why(run) or _said(finished))

    return until_stopped(report, steps)


def preview(stack: str) -> Report:
    """What a deployment of the checked-out program would change; changes nothing."""
    report = Report("Preview", stack)

    def steps() -> None:
        with report.step("preview") as step:
            changes = engine(stack).preview()
            step.detail = changes.summary()
            report.sections.append(sections.changes("Changes", changes))

    return until_stopped(report, steps)


def check_ref(ref: str, *, force: bool) -> str:
    """Refuse what is not main, unless a person insists; says what is deployed.

    Raises:
        DeployError: it is another branch, or unknown, and nobody insists.
    """
    if ref == MAIN:
        return "main"
    if force:
        return f"**forced**: `{ref or 'this working copy'}` is not main"
    raise DeployError(
        f"{ref or 'a working copy'} is not {MAIN}: only main is deployed. Deploy it all the same: "
        "--force (in GitHub: start the deploy workflow by hand with `force`)"
    )


def stack_outputs_of(stack: str) -> StackOutputs:
    """What a deployed stack exports.

    Raises:
        DeployError: it exports something else, or nothing yet.
    """
    try:
        return StackOutputs.from_mapping(engine(stack).outputs(), stack=stack)
    except StackOutputsError as error:
        raise DeployError(str(error)) from None


def _pipelines(stack: str, command: str, *arguments: str) -> Finished:
    return python("-m", "pipelines", command, "--stack", stack, *arguments)


def _succeed(finished: Finished) -> Finished:
    if finished.code:
        raise DeployError(_said(finished))
    return finished


def _said(finished: Finished) -> str:
    said = last_lines(f"{finished.stdout}\n{finished.stderr}", REASON_LINES)
    return f"{said}\n({finished.command}: exit code {finished.code})".strip()


def _why(run: Run) -> str:
    if run.failure is None:
        return f"run {run.id} is {run.state}" if run.state != "Finished" else ""
    step = f"step {run.failure.step}: " if run.failure.step else ""
    return f"{step}{run.failure.reason}\n{run.failure.log}".strip()


def until_stopped(report: Report, steps: Callable[[], None]) -> Report:
    """Do the steps, to the end or to the one that fails: the report says which."""
    with suppress(StoppedError):
        steps()
    return report
