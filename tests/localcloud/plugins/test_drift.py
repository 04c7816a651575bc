"""What someone changed in the cloud becomes visible as changed inputs."""

from __future__ import annotations

from localcloud.plugins.drift import drifted
from localcloud.plugins.properties import Properties

INPUTS: Properties = {
    "location": "West Europe",
    "tags": {"env": "dev"},
    "properties": {"token": "secret", "url": "u"},
    "subnets": [{"name": "one", "prefix": "10.0.0.0/24"}, {"name": "two"}],
}
ANSWER: Properties = {
    "location": "westeurope",
    "tags": {"env": "dev"},
    "properties": {"url": "u", "default": "set by the service"},
    "subnets": [{"name": "one", "prefix": "10.0.0.0/24", "default": 1}, {"name": "two"}],
    "access": "default",
}


def test_an_unchanged_answer_leaves_the_inputs_as_they_were_written() -> None:
    assert drifted(INPUTS, ANSWER, ANSWER) == INPUTS


def test_changed_added_and_removed_values_are_carried_over() -> None:
    now: Properties = {**ANSWER, "tags": {"owner": "me"}, "access": "open"}
    assert drifted(INPUTS, ANSWER, now) == {**INPUTS, "tags": {"owner": "me"}, "access": "open"}


def test_only_what_changed_inside_an_object_is_carried_over() -> None:
    now: Properties = {**ANSWER, "properties": {"url": "v", "default": "set by the service"}}
    assert drifted(INPUTS, ANSWER, now) == {
        **INPUTS,
        "properties": {"token": "secret", "url": "v"},
    }


def test_a_changed_item_of_a_list_leaves_the_others_alone() -> None:
    now: Properties = {
        **ANSWER,
        "subnets": [{"name": "one", "prefix": "10.9.0.0/24", "default": 1}, {"name": "two"}],
    }
    assert drifted(INPUTS, ANSWER, now) == {
        **INPUTS,
        "subnets": [{"name": "one", "prefix": "10.9.0.0/24"}, {"name": "two"}],
    }


def test_a_list_of_another_length_is_taken_as_it_is_now() -> None:
    now: Properties = {**ANSWER, "subnets": [{"name": "two"}]}
    assert drifted(INPUTS, ANSWER, now) == {**INPUTS, "subnets": [{"name": "two"}]}
