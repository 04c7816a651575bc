"""The Databricks workspaces of the local cloud: the REST API, and real Spark behind it.

Has instance pools, notebooks, secrets, tokens and submitted runs. Has no clusters of their own,
no jobs, no DBFS, no Unity Catalog; a run is one Python or SQL notebook, without libraries.
"""

from localcloud.databricks import workspaces

__all__ = ["workspaces"]
