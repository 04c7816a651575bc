"""Declared pipelines: what is accepted, what is refused, and in which words."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import SpecError
from pipelines.spec import (
    DatastorePath,
    JobCluster,
    NotebookStep,
    Pipeline,
    StepOutput,
    parameter_problems,
)

CLUSTER = JobCluster(instance_pool_id="pool", spark_version="15.4.x-scala2.12", num_workers=1)
RAW = DatastorePath(datastore="lake", path="raw.csv")


def make_step(name: str = "clean", **changes: Any) -> NotebookStep:
    fields: dict[str, Any] = {
        "name": name,
        "notebook_path": "/Shared/clean",
        "compute": "databricks",
        "cluster": CLUSTER,
        "inputs": {"raw": RAW},
        "outputs": {"cleaned": "lake"},
    }
    return NotebookStep(**(fields | changes))


def make_pipeline(*steps: NotebookStep, **changes: Any) -> Pipeline:
    steps = steps or (make_step(),)
    fields: dict[str, Any] = {
        "name": "cleaning",
        "description": "Cleans",
        "steps": steps,
        "result": steps[-1].output(next(iter(steps[-1].outputs))),
    }
    return Pipeline(**(fields | changes))


def test_a_step_consumes_another_steps_output_by_reference() -> None:
    clean = make_step()
    train = make_step("train", inputs={"data": clean.output("cleaned")}, outputs={"model": "lake"})

    pipeline = make_pipeline(clean, train)

    assert pipeline.steps[1].inputs == {"data": StepOutput(step="clean", name="cleaned")}
    assert pipeline.result == StepOutput(step="train", name="model")


def test_specs_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        make_step().name = "other"  # type: ignore[misc] # that is the point


def test_inputs_from_a_datastore_and_parameters_can_be_replaced_at_run_time() -> None:
    clean = make_step(parameters={"season": "all"})
    train = make_step("train", inputs={"data": clean.output("cleaned")}, parameters={"depth": "3"})

    assert make_pipeline(clean, train).replaceable() == {
        "season": "all",
        "raw": RAW,
        "depth": "3",
    }


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "Clean it"}, "step 'Clean it': a name must match [a-z][a-z0-9_]{0,99}"),
        (
            {"inputs": {"raw-data": RAW}},
            "step 'clean': input 'raw-data': a name must match [a-z][a-z0-9_]{0,99}",
        ),
        (
            {"outputs": {"": "lake"}},
            "step 'clean': output '': a name must match [a-z][a-z0-9_]{0,99}",
        ),
        (
            {"parameters": {"raw": "x"}},
            "step 'clean': 'raw' is declared 2 times, for one widget",
        ),
        (
            {"parameters": {"filter": "a=1;b"}},
            "parameter 'filter': value 'a=1;b' holds ';' and '='; Azure ML separates notebook "
            "parameters with ';' and '=' and has no way to escape them",
        ),
        (
            {"notebook_path": "Shared/clean"},
            "step 'clean': notebook_path 'Shared/clean' is not absolute",
        ),
        ({"timeout_seconds": 0}, "step 'clean': timeout_seconds must be 1 or more, not 0"),
    ],
)
def test_a_wrong_step_is_refused_when_it_is_built(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(SpecError) as refusal:
        make_step(**changes)

    assert str(refusal.value) == message


def test_all_problems_of_a_step_are_reported_at_once() -> None:
    with pytest.raises(SpecError) as refusal:
        make_step(name="A", notebook_path="b", timeout_seconds=-1)

    assert len(str(refusal.value).splitlines()) == 3


def test_a_cluster_has_at_least_one_worker() -> None:
    with pytest.raises(SpecError, match="num_workers must be 1 or more, not 0"):
        replace(CLUSTER, num_workers=0)


def test_an_unknown_output_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(SpecError) as refusal:
        make_step().output("cleand")

    assert str(refusal.value) == "step 'clean' has no output 'cleand': did you mean 'cleaned'?"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (
            StepOutput(step="claen", name="cleaned"),
            "step 'train': input 'data' uses step 'claen', which is not declared before it"
            ": did you mean 'clean'?",
        ),
        (
            StepOutput(step="train", name="model"),
            "step 'train': input 'data' uses step 'train', which is not declared before it"
            " (there is: clean)",
        ),
        (
            StepOutput(step="clean", name="rubbish"),
            "step 'train': input 'data' uses output 'rubbish', which step 'clean' does not have"
            " (there is: cleaned)",
        ),
    ],
)
def test_a_reference_must_name_an_output_of_an_earlier_step(
    source: StepOutput, message: str
) -> None:
    train = make_step("train", inputs={"data": source}, outputs={"model": "lake"})

    with pytest.raises(SpecError) as refusal:
        make_pipeline(make_step(), train)

    assert str(refusal.value) == message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "no good"}, "pipeline 'no good': a name must match [a-z][a-z0-9-]{0,99}"),
        (
            {"result": StepOutput(step="clean", name="features")},
            "pipeline 'cleaning': result uses output 'features', which step 'clean' does not have"
            " (there is: cleaned)",
        ),
        ({"steps": (make_step(), make_step())}, "step 'clean' is declared twice"),
        (
            {
                "steps": (
                    make_step(),
                    make_step("more", inputs={"raw": replace(RAW, path="other.csv")}),
                )
            },
            "'raw' is declared with two defaults, DatastorePath(datastore='lake', path='raw.csv') "
            "and DatastorePath(datastore='lake', path='other.csv'): steps that share a name share "
            "its value",
        ),
    ],
)
def test_a_wrong_pipeline_is_refused_when_it_is_built(
    changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(SpecError) as refusal:
        make_pipeline(**changes)

    assert str(refusal.value) == message


def test_a_pipeline_without_steps_is_refused() -> None:
    with pytest.raises(SpecError, match="pipeline 'cleaning' has no steps"):
        make_pipeline(steps=())


@pytest.mark.parametrize(
    "changed",
    [
        make_pipeline(make_step(notebook_path="/Shared/clean_2")),
        make_pipeline(make_step(parameters={"season": "all"})),
        make_pipeline(make_step(cluster=replace(CLUSTER, num_workers=2))),
        make_pipeline(make_step(inputs={"raw": replace(RAW, path="other.csv")})),
        make_pipeline(description="Cleans more"),
    ],
)
def test_any_change_changes_the_content_hash(changed: Pipeline) -> None:
    assert changed.content_hash() != make_pipeline().content_hash()
    assert make_pipeline().content_hash() == make_pipeline().content_hash()


@given(st.text())
def test_exactly_the_values_that_survive_joining_are_accepted(value: str) -> None:
    joined = f"first={value};second=x"
    survives = [part.split("=") for part in joined.split(";")] == [
        ["first", value],
        ["second", "x"],
    ]

    assert (parameter_problems("first", value) == []) is survives
