"""Widgets: a run's parameters win over a notebook's defaults."""

from __future__ import annotations

import pytest

from localcloud.databricks.spark.dbutils.widgets import InputWidgetNotDefined, Widgets


@pytest.fixture
def widgets() -> Widgets:
    return Widgets({"given": "from the run"})


def test_a_parameter_wins_over_the_default(widgets: Widgets) -> None:
    widgets.text("given", "default")
    widgets.text("other", "default", "Label")
    assert widgets.getAll() == {"given": "from the run", "other": "default"}


def test_a_parameter_needs_no_widget(widgets: Widgets) -> None:
    assert widgets.get("given") == "from the run"


def test_a_name_that_nobody_gave_is_an_error(widgets: Widgets) -> None:
    with pytest.raises(InputWidgetNotDefined, match="No input widget named nope is defined"):
        widgets.get("nope")
    assert widgets.getArgument("nope", "fallback") == "fallback"


def test_every_kind_of_widget_has_a_value(widgets: Widgets) -> None:
    widgets.dropdown("dropdown", "a", ["a", "b"])
    widgets.combobox("combobox", "c", ["a", "b"])
    widgets.multiselect("multiselect", "b", ["a", "b"])
    values = [widgets.get(name) for name in ("dropdown", "combobox", "multiselect")]
    assert values == ["a", "c", "b"]


def test_the_first_declaration_of_a_widget_counts(widgets: Widgets) -> None:
    widgets.text("name", "first")
    widgets.text("name", "second")
    assert widgets.get("name") == "first"


def test_a_removed_widget_is_gone_and_parameters_stay(widgets: Widgets) -> None:
    widgets.text("a", "1")
    widgets.text("b", "2")
    widgets.remove("a")
    with pytest.raises(InputWidgetNotDefined):
        widgets.remove("a")
    widgets.removeAll()
    assert widgets.getAll() == {"given": "from the run"}


def test_a_default_must_be_a_string_and_among_the_choices(widgets: Widgets) -> None:
    with pytest.raises(TypeError, match="widget 'n': defaultValue must be a string, got 1"):
        widgets.text("n", 1)  # type: ignore[arg-type] # the mistake that is tested
    with pytest.raises(ValueError, match="default 'c' is not among"):
        widgets.dropdown("n", "c", ["a", "b"])
