"""Stands in for Pulumi's databricks plugin: the same resources, in a local workspace."""
