"""``dbutils.widgets``: a notebook's parameters and their defaults.

A run has no one who could choose: a widget's value is the run's parameter of that name, else
the widget's default.
"""

from __future__ import annotations

from collections.abc import Sequence


class InputWidgetNotDefined(Exception):  # noqa: N818 - the name that Databricks gives it
    """A widget was asked for that neither the notebook nor the run defines."""

    def __init__(self, name: str) -> None:
        super().__init__(f"No input widget named {name} is defined.")


class Widgets:
    """The object that a notebook knows as ``dbutils.widgets``."""

    def __init__(self, parameters: dict[str, str]) -> None:
        self._parameters = dict(parameters)
        self._defaults: dict[str, str] = {}

    def text(
        self,
        name: str,
        defaultValue: str,  # noqa: N803 - a notebook may pass it by this name
        label: str | None = None,
    ) -> None:
        """Declare a widget with free text."""
        self._declare(name, defaultValue, label)

    def dropdown(
        self,
        name: str,
        defaultValue: str,  # noqa: N803
        choices: Sequence[str],
        label: str | None = None,
    ) -> None:
        """Declare a widget with one of the choices as its value."""
        self._check_choice(name, defaultValue, choices)
        self._declare(name, defaultValue, label)

    def combobox(
        self,
        name: str,
        defaultValue: str,  # noqa: N803
        choices: Sequence[str],
        label: str | None = None,
    ) -> None:
        """Declare a widget with free text and suggestions."""
        self._declare(name, defaultValue, label)

    def multiselect(
        self,
        name: str,
        defaultValue: str,  # noqa: N803
        choices: Sequence[str],
        label: str | None = None,
    ) -> None:
        """Declare a widget with some of the choices; its value has them joined with commas."""
        self._check_choice(name, defaultValue, choices)
        self._declare(name, defaultValue, label)

    def get(self, name: str) -> str:
        """The value of a widget, or of a parameter for which no widget is declared.

        Raises:
            InputWidgetNotDefined: there is neither.
        """
        if name in self._parameters:
            return self._parameters[name]
        if name in self._defaults:
            return self._defaults[name]
        raise InputWidgetNotDefined(name)

    def getAll(self) -> dict[str, str]:  # noqa: N802
        """Every widget's and parameter's value, by name."""
        return {**self._defaults, **self._parameters}

    def getArgument(self, name: str, defaultValue: str | None = None) -> str:  # noqa: N802, N803
        """The deprecated form of :meth:`get`, with a default in place of the error."""
        if defaultValue is not None and name not in self.getAll():
            return defaultValue
        return self.get(name)

    def remove(self, name: str) -> None:
        """Forget a declared widget.

        Raises:
            InputWidgetNotDefined: it is not declared.
        """
        if self._defaults.pop(name, None) is None:
            raise InputWidgetNotDefined(name)

    def removeAll(self) -> None:  # noqa: N802
        """Forget every declared widget; the run's parameters stay."""
        self._defaults.clear()

    def _declare(self, name: str, default: str, label: str | None) -> None:
        for what, value in (("name", name), ("defaultValue", default), ("label", label or "")):
            if not isinstance(value, str):
                raise TypeError(f"widget {name!r}: {what} must be a string, got {value!r}")
        self._defaults.setdefault(name, default)

    def _check_choice(self, name: str, default: str, choices: Sequence[str]) -> None:
        if default not in choices:
            raise ValueError(f"widget {name!r}: default {default!r} is not among {list(choices)}")
