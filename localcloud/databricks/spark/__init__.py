"""One Spark process: runs one notebook on real PySpark, started by the Databricks server.

``python -m localcloud.databricks.spark SETTINGS`` starts a Spark session, says so, waits for a
notebook on standard input, runs it and says how it ended (:mod:`.protocol`). Imports neither
the servers nor the databricks-sdk: it must start fast.
"""
