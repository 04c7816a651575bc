"""Execution of posted graphs: what to run, on which data, on Databricks, in which order."""
