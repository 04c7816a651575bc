"""What every notebook here needs: its widgets, storage keys, its Azure ML run, whole outputs.

A notebook says once, as a literal, which widgets it has::

    WIDGETS = (
        Input("training_data"),
        Output("features"),
        Parameter("missing", str, default="drop", choices=("drop", "impute")),
        Parameter("folds", int, default=3, minimum=2),
    )

Each entry is a call of :class:`Input`, :class:`Output` or :class:`Parameter` with nothing but
constants (and ``str``, ``int`` or ``float``), so that a program can read it from the source
without running the notebook. :meth:`Step.start` then declares these widgets, checks the values
they got, all of them at once, and sets the storage keys.

The same code runs as a step of an Azure ML pipeline, as a plain Databricks job, interactively
and on one machine. Knows nothing of what a step computes, and never shows a token or key.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, TypeVar

from azureml_run import AzureMlRun

if TYPE_CHECKING:
    from databricks.sdk.dbutils import RemoteDbUtils as DbUtils
    from pyspark.sql import SparkSession

SECRET_SCOPE = "amlscope"  # noqa: S105 (where Azure ML keeps a step's storage keys, not a key)
PATH_EXAMPLE = "wasbs://container@account.blob.core.windows.net/folder"
PATH_SUFFIXES = ("_blob_config", "_blob_secretname")
"""Azure ML adds two widgets to that of a path: a Spark setting, and the name of its secret."""

_NAMES = {int: "a whole number", float: "a number", str: "text"}
_Value = TypeVar("_Value", str, int, float)


class StepError(Exception):
    """The step can't do what it is asked to; the message says why and what would help."""


@dataclass(frozen=True)
class Input:
    """A widget that holds a path which the step reads."""

    name: str


@dataclass(frozen=True)
class Output:
    """A widget that holds a path which the step writes."""

    name: str


@dataclass(frozen=True)
class Parameter:
    """A widget that holds a value. Without a default it must be given."""

    name: str
    kind: type[str] | type[int] | type[float] = str
    default: str | int | float | None = None
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def parse(self, text: str) -> str | int | float:
        """The value of a widget that holds ``text``.

        Raises:
            ValueError: says what is wrong with it.
        """
        try:
            value = self.kind(text)
        except ValueError:
            raise ValueError(f"{text!r} is not {_NAMES[self.kind]}") from None
        if self.choices and value not in self.choices:
            raise ValueError(f"{text!r} is not one of {', '.join(self.choices)}")
        if isinstance(value, str):
            return value
        # Written so that NaN, of which no comparison is true, is out of every range.
        if self.minimum is not None and not value >= self.minimum:
            raise ValueError(f"{text} is below {self.minimum}")
        if self.maximum is not None and not value <= self.maximum:
            raise ValueError(f"{text} is above {self.maximum}")
        return value


Widget = Input | Output | Parameter


@dataclass(frozen=True)
class Step:
    """One run of a notebook: where its data is, what it is told, and whom it tells."""

    spark: SparkSession
    dbutils: DbUtils
    paths: Mapping[str, str]
    """Path of each input and output, without a slash at its end."""
    parameters: Mapping[str, str | int | float]
    run: AzureMlRun | None = field(default=None)
    """None outside Azure ML."""

    @classmethod
    def start(cls, spark: SparkSession, dbutils: DbUtils, widgets: Sequence[Widget]) -> Step:
        """Declare the widgets, check what they hold, and open the storage they name.

        Raises:
            StepError: one line for each widget that is missing, unknown or wrong.
        """
        texts = _declare(dbutils, widgets)
        run = AzureMlRun.from_widgets(dbutils)
        problems: list[str] = []
        if run:
            problems += _unknown(dbutils, texts)
        paths: dict[str, str] = {}
        parameters: dict[str, str | int | float] = {}
        for widget in widgets:
            text = texts[widget.name]
            if not text:
                problems.append(f"widget {widget.name!r} is empty: set it to {_expected(widget)}")
            elif isinstance(widget, Parameter):
                try:
                    parameters[widget.name] = widget.parse(text)
                except ValueError as error:
                    problems.append(f"widget {widget.name!r}: {error}")
            else:
                paths[widget.name] = text.rstrip("/")
        problems += _overlaps(widgets, paths)
        if problems:
            raise StepError("\n".join(problems))
        for name in paths:
            setting, secret_name = (texts[f"{name}{suffix}"] for suffix in PATH_SUFFIXES)
            if setting and secret_name:
                key = dbutils.secrets.get(SECRET_SCOPE, secret_name)
                spark.conf.set(setting, key)
                # Models are saved as RDDs, which do not see the session's settings.
                spark.sparkContext._jsc.hadoopConfiguration().set(setting, key)
        if run:
            run.set_tags({name: str(value) for name, value in parameters.items()})
        return cls(spark, dbutils, paths, parameters, run)

    def parameter(self, name: str, kind: type[_Value]) -> _Value:
        """The value of a parameter, which is declared with this type."""
        value = self.parameters[name]
        if not isinstance(value, kind):
            raise TypeError(f"parameter {name!r} is declared as {type(value)}, not {kind}")
        return value

    @contextmanager
    def whole(self, *outputs: str) -> Iterator[None]:
        """Leave nothing of these outputs behind unless everything inside comes to its end."""
        try:
            yield
        except BaseException:
            for name in outputs:
                with suppress(Exception):  # whatever made the run fail is what there is to tell
                    self.dbutils.fs.rm(self.paths[name], True)
            raise

    def write_json(self, output: str, file: str, content: Mapping[str, Any]) -> str:
        """Write a file into an output's folder; returns its text."""
        text = json.dumps(content, indent=1, allow_nan=False)
        self.dbutils.fs.put(f"{self.paths[output]}/{file}", text, True)
        return text

    def log(self, metrics: Mapping[str, float], **tables: Sequence[Mapping[str, Any]]) -> None:
        """Log figures to the Azure ML run, where there is one."""
        if self.run:
            self.run.log(metrics, **tables)

    def tag(self, tags: Mapping[str, str]) -> None:
        """Add tags to the Azure ML run, where there is one."""
        if self.run:
            self.run.set_tags(tags)


def _declare(dbutils: DbUtils, widgets: Sequence[Widget]) -> dict[str, str]:
    """Declare every widget; returns what each holds."""
    defaults: dict[str, str] = {}
    for widget in widgets:
        if isinstance(widget, Parameter):
            defaults[widget.name] = "" if widget.default is None else str(widget.default)
        else:
            defaults |= {f"{widget.name}{suffix}": "" for suffix in ("", *PATH_SUFFIXES)}
    choices = {each.name: each.choices for each in widgets if isinstance(each, Parameter)}
    for name, default in defaults.items():
        if choices.get(name) and default:
            dbutils.widgets.dropdown(name, default, list(choices[name]))
        else:
            dbutils.widgets.text(name, default)
    return {name: dbutils.widgets.get(name).strip() for name in defaults}


def _unknown(dbutils: DbUtils, known: Mapping[str, str]) -> Iterator[str]:
    """Values that the run passes and no widget takes."""
    for name in dbutils.widgets.getAll():
        if name not in known and not name.startswith("--"):
            near = get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there is: {', '.join(known)}"
            yield f"the run passes {name!r}, which this notebook has no widget for: {hint}"


def _expected(widget: Widget) -> str:
    if not isinstance(widget, Parameter):
        return f"a path, e.g. {PATH_EXAMPLE}"
    return f"one of {', '.join(widget.choices)}" if widget.choices else _NAMES[widget.kind]


def _overlaps(widgets: Sequence[Widget], paths: Mapping[str, str]) -> Iterator[str]:
    """An output replaces what is in its folder: it would delete what else is kept there."""
    for output in widgets:
        if not isinstance(output, Output) or output.name not in paths:
            continue
        folder = f"{paths[output.name]}/"
        for name, path in paths.items():
            if name != output.name and f"{path}/".startswith(folder):
                yield (
                    f"widget {output.name!r} ({paths[output.name]}) holds that of {name!r} "
                    f"({path}): choose another folder"
                )
