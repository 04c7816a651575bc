"""Databricks source format is taken apart as Databricks does."""

from __future__ import annotations

from localcloud.databricks.spark.source import Cell, parse_cells

NOTEBOOK = """# Databricks notebook source
# MAGIC %md
# MAGIC # Title
# MAGIC text

# COMMAND ----------

# DBTITLE 1,Imports
import os
# COMMAND ----------

# COMMAND ----------

# MAGIC %sql
# MAGIC select 1;
# MAGIC select 2

# COMMAND ----------

# MAGIC %run ./other notebook

# COMMAND ----------

# MAGIC %python
# MAGIC x = 1
# MAGIC
# MAGIC if x:
# MAGIC     y = 2
"""


def test_cells_have_their_number_their_language_and_their_text() -> None:
    assert parse_cells(NOTEBOOK, "PYTHON") == [
        Cell(1, "md", "# Title\ntext"),
        Cell(2, "python", "import os"),
        Cell(4, "sql", "select 1;\nselect 2"),
        Cell(5, "run", "./other notebook"),
        Cell(6, "python", "x = 1\n\nif x:\n    y = 2"),
    ]


def test_a_sql_notebook_is_made_of_sql_comments() -> None:
    source = (
        "-- Databricks notebook source\nselect 1\n-- COMMAND ----------\n"
        "-- MAGIC %python\n-- MAGIC print(1)\n"
    )
    assert parse_cells(source, "SQL") == [Cell(1, "sql", "select 1"), Cell(2, "python", "print(1)")]


def test_a_percent_sign_in_code_is_no_magic() -> None:
    assert parse_cells("x = 7 \\\n  %3\n", "PYTHON") == [Cell(1, "python", "x = 7 \\\n  %3")]


def test_a_commented_separator_of_another_language_is_text() -> None:
    source = "x = 1\n-- COMMAND ----------\n"
    [cell] = parse_cells(source, "PYTHON")
    assert "COMMAND" in cell.text
