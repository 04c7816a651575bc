"""A report says what was done, and of a failure which step, why and what to do."""

from __future__ import annotations

import pytest

from deploy.errors import DeployError
from deploy.report import Failure, Report, StoppedError, code_block, table


def test_a_whole_sequence_is_a_table_of_its_steps_and_what_they_brought() -> None:
    report = Report("Deploy", "dev")
    with report.step("up") as step:
        step.detail = "3 create"
    report.sections.append("### More")
    assert report.markdown() == (
        "## Deploy `dev`\n\n"
        "| Step |  | Time |  |\n"
        "| --- | --- | --- | --- |\n"
        "| up | done | 0:00 | 3 create |\n\n"
        "### More\n"
    )


def test_a_failed_step_stops_the_sequence_and_is_named_with_reason_and_remedy() -> None:
    report = Report("Deploy", "dev")
    with pytest.raises(StoppedError), report.step("up"):
        raise DeployError("ml-aml: the name is taken")
    assert report.failure == Failure(
        step="up",
        reason="ml-aml: the name is taken",
        remedy="Mend what is named and re-run the failed jobs: what was made is kept, and `up` "
        "goes on from there.",
    )
    assert report.markdown() == (
        "## Deploy `dev`\n\n"
        "**Step `up` failed.**\n\n"
        "```text\nml-aml: the name is taken\n```\n\n"
        f"**What to do:** {report.failure.remedy}\n\n"
        "| Step |  | Time |  |\n"
        "| --- | --- | --- | --- |\n"
        "| up | failed | 0:00 |  |\n"
    )


def test_a_fault_of_the_program_itself_is_not_taken_for_a_failed_step() -> None:
    report = Report("Deploy", "dev")
    with pytest.raises(ZeroDivisionError), report.step("up"):
        _ = 1 / 0
    assert report.failure is None


def test_cells_and_blocks_survive_what_they_hold() -> None:
    assert table(("a",), [("x|y\nz",)]) == "| a |\n| --- |\n| x\\|y z |"
    assert code_block("one ``` two") == "````text\none ``` two\n````"
