"""The REST API of a workspace: a file for each part of it, a line on the state for each route.

The docstring of a route says how far its behaviour is known to be Databricks'.
"""
