"""Changes between two sets of inputs, and which of them need a replacement."""

from __future__ import annotations

from localcloud.plugins.diff import Change, Diff, compare
from localcloud.plugins.properties import UNKNOWN, Asset, Properties


def test_equal_inputs_have_no_changes() -> None:
    inputs: Properties = {
        "tags": {"a": "b"},
        "list": [1, {"x": None}],
        "source": Asset("h", "path", "p"),
    }
    again: Properties = {
        "tags": {"a": "b"},
        "list": [1, {"x": None}],
        "source": Asset("h", "text", "t"),
    }
    assert compare(inputs, again) == Diff({})


def test_every_change_has_its_property_path() -> None:
    diff = compare(
        {"sku": {"name": "Basic"}, "tags": {"a.b": "1", "gone": "x"}, "subnets": [{"name": "s"}]},
        {"sku": {"name": "Premium"}, "tags": {"a.b": "2"}, "subnets": [{"name": "s"}, "new"]},
    )
    assert diff == Diff(
        {
            "sku.name": Change.UPDATE,
            'tags["a.b"]': Change.UPDATE,
            "tags.gone": Change.DELETE,
            "subnets[1]": Change.ADD,
        }
    )


def test_a_value_that_is_not_known_yet_counts_as_changed() -> None:
    assert compare({"url": "u"}, {"url": UNKNOWN}).changes == {"url": Change.UPDATE}


def test_a_create_only_input_replaces_the_resource_and_the_old_one_goes_first() -> None:
    diff = compare(
        {"accountName": "st", "isHnsEnabled": False, "tags": {"a": "1"}},
        {"accountName": "st", "isHnsEnabled": True, "tags": {"a": "2"}},
        create_only=frozenset({"isHnsEnabled"}),
        identity=frozenset({"accountName"}),
    )
    assert diff == Diff(
        {"isHnsEnabled": Change.UPDATE, "tags.a": Change.UPDATE},
        replaces=frozenset({"isHnsEnabled"}),
        delete_first=True,
    )


def test_create_only_inputs_may_lie_inside_lists_and_objects() -> None:
    diff = compare(
        {"disks": [{"type": {"name": "a"}, "size": 1}]},
        {"disks": [{"type": {"name": "b"}, "size": 2}]},
        create_only=frozenset({"disks.type"}),
    )
    assert diff.replaces == {"disks[0].type.name"}


def test_another_name_replaces_the_resource_and_both_may_stand_side_by_side() -> None:
    diff = compare(
        {"accountName": "one"}, {"accountName": "two"}, identity=frozenset({"accountName"})
    )
    assert diff == Diff(
        {"accountName": Change.UPDATE}, replaces=frozenset({"accountName"}), delete_first=False
    )


def test_an_id_that_the_service_gives_lets_both_stand_side_by_side() -> None:
    diff = compare({"comment": "one"}, {"comment": "two"}, create_only=frozenset({"comment"}))
    assert diff == Diff(
        {"comment": Change.UPDATE}, replaces=frozenset({"comment"}), delete_first=False
    )


def test_a_region_may_be_written_in_two_ways() -> None:
    assert compare({"location": "West Europe"}, {"location": "westeurope"}) == Diff({})
