"""Filters by which the SDK asks for runs."""

from __future__ import annotations

import pytest

from localcloud.azureml.run_filter import matches
from localcloud.errors import CloudError

RUN = {
    "runId": "r1",
    "parentRunId": None,
    "rootRunId": "r1",
    "runType": "azureml.PipelineRun",
    "status": "Failed",
    "name": None,
    "target": None,
    "tags": {"build": "7"},
    "properties": {"a": "b"},
}


@pytest.mark.parametrize(
    "expression",
    [
        None,
        "(ParentRunId eq null)",
        "RootRunId eq r1 and RunId ne r2",
        "(runType eq 'azureml.PipelineRun') and (status eq Failed)",
        "(tags/build eq '7') and (properties/a eq 'b')",
    ],
)
def test_a_run_that_fits_is_found(expression: str | None) -> None:
    assert matches(RUN, expression)


@pytest.mark.parametrize(
    "expression",
    ["ParentRunId ne null", "RunId eq r1 and status eq Completed", "tags/other eq '7'"],
)
def test_a_run_that_does_not_fit_is_not_found(expression: str) -> None:
    assert not matches(RUN, expression)


def test_a_filter_that_is_not_understood_is_refused_naming_the_part() -> None:
    with pytest.raises(CloudError) as refusal:
        matches(RUN, "RunId eq r1 and (startTimeUtc gt 2026)")
    assert (refusal.value.status, refusal.value.message) == (
        400,
        "localcloud can't filter runs by '(startTimeUtc gt 2026)'",
    )
