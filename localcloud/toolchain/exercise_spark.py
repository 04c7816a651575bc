"""A program that does with Spark what most notebooks do, so that Java can note which classes.

Run by the set-up: ``python exercise_spark.py JAVA_OPTIONS FOLDER``.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pyspark.sql import SparkSession


def exercise(java_options: str, folder: Path) -> None:
    """Read CSV, aggregate, write and read Parquet; files stay below the folder."""
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.driver.extraJavaOptions", java_options)
        .config("spark.driver.host", "localhost")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.warehouse.dir", (folder / "warehouse").as_uri())
        .config("spark.local.dir", str(folder))
        .getOrCreate()
    )
    source, target = folder / "in.csv", folder / "out"
    source.write_text("A,B\n1,2.5\n2,\n")
    spark.read.csv(source.as_uri(), header=True, inferSchema=True).collect()
    rows = spark.read.csv(source.as_uri(), schema="A INT, B DOUBLE", header=True)
    rows.dropna().write.parquet(target.as_uri())
    spark.read.parquet(target.as_uri()).createOrReplaceTempView("rows")
    spark.sql("select A, count(*), sum(B) from rows group by A order by A").show()
    spark.stop()


if __name__ == "__main__":
    exercise(sys.argv[1], Path(sys.argv[2]))
