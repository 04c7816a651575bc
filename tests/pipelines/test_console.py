"""What a person sees of a run's output."""

from __future__ import annotations

import re

import pytest

from pipelines import console
from pipelines.results import Preview

PREVIEW = Preview(
    columns=("AGE", "BMI_CLASS", "S1_S3_RATIO"),
    rows=((59, "obese", 4.131578947368421), (48, "normal", 3242.1000000000004)),
)


def test_a_pipe_gets_every_column_with_long_fractions_rounded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    console.show_preview(PREVIEW)
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["AGE", "BMI_CLASS", "S1_S3_RATIO"],
        ["59", "obese", "4.13158"],
        ["48", "normal", "3242.1"],
    ]


def test_a_terminal_gets_the_columns_that_fit_and_the_names_of_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    console.show_preview(PREVIEW)
    plain = re.sub(r"\x1b\[[\d;]*m", "", capsys.readouterr().out)
    lines = [line.rstrip() for line in plain.splitlines()]
    assert lines == ["AGE  BMI_CLASS", " 59      obese", " 48     normal", "and S1_S3_RATIO"]


def test_a_large_figure_is_never_written_as_a_power_of_ten(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console.show_preview(Preview(columns=("Y",), rows=((5000000.1234,),)))
    assert capsys.readouterr().out.split() == ["Y", "5000000.1234"]
