"""Notebooks on real Spark and real storage, through the real databricks-sdk.

Few and rich: every start of Spark takes seconds.
"""

from __future__ import annotations

import io
from typing import Any

import psutil
import pyarrow.parquet as pq
import pytest
from databricks.sdk.errors import ResourceDoesNotExist
from databricks.sdk.service.compute import DataSecurityMode, State
from databricks.sdk.service.workspace import ImportFormat

pytestmark = [pytest.mark.servers, pytest.mark.spark]

RAW = ImportFormat.RAW
LIBRARY = ("def double(value):", "    return 2 * value")

EVERYTHING = """
# MAGIC %md Nothing to run here.
# COMMAND ----------
# MAGIC %run ./lab-library
# COMMAND ----------
import os
dbutils.widgets.text("given", "default")
dbutils.widgets.text("other", "default")
print(dbutils.widgets.getAll())
print(os.environ["MINE"], spark.conf.get("spark.mine"), spark.conf.get("spark.master"))
print(os.environ["DATABRICKS_RUNTIME_VERSION"], spark.version)
# COMMAND ----------
key = dbutils.secrets.get("lab", "key")
spark.conf.set(dbutils.widgets.get("key_setting"), key)
print(key, dbutils.secrets.list("lab"), dbutils.secrets.getBytes("lab", "key") == key.encode())
# COMMAND ----------
from pyspark.sql.functions import udf
root = dbutils.widgets.get("root")
rows = spark.createDataFrame([(1, "a"), (2, "b")], "number int, letter string")
rows.coalesce(1).write.mode("overwrite").parquet(f"{root}/rows")
spark.read.parquet(f"{root}/rows").createOrReplaceTempView("rows")
doubled = udf(double, "int")("number").alias("doubled")
display(spark.table("rows").select(doubled).orderBy("doubled"))
# COMMAND ----------
# MAGIC %sql
# MAGIC select sum(number) as total from rows;
# MAGIC select 'a;b' as semicolon
# COMMAND ----------
folder = f"{root}/files"
dbutils.fs.mkdirs(folder)
dbutils.fs.put(f"{folder}/a.txt", "content", True)
dbutils.fs.cp(f"{folder}/a.txt", f"{folder}/b.txt")
dbutils.fs.mv(f"{folder}/b.txt", f"{folder}/c.txt")
print([(info.name, info.size) for info in dbutils.fs.ls(folder)])
print(dbutils.fs.head(f"{folder}/c.txt", 4))
print(dbutils.fs.rm(folder, True), [info.name for info in dbutils.fs.ls(root)])
# COMMAND ----------
def refused(act):
    try:
        act()
    except Exception as error:
        print(type(error).__name__, str(error).splitlines()[0])

refused(lambda: dbutils.widgets.get("nope"))
refused(lambda: dbutils.secrets.get("lab", "nope"))
refused(lambda: dbutils.fs.ls("/etc"))
refused(lambda: dbutils.fs.ls(f"{root}/nope"))
refused(lambda: dbutils.fs.put(f"{root}/rows/_SUCCESS", ""))
refused(lambda: spark.read.text("/etc/passwd"))
refused(lambda: __import__("stack_outputs"))
refused(input)
refused(lambda: dbutils.jobs)
# COMMAND ----------
try:
    dbutils.notebook.exit(f"the key is {key}")
except Exception:
    print("caught")
# COMMAND ----------
print("never")
"""

EVERYTHING_PRINTED = """\
{{'given': 'by the run', 'other': 'default', 'key_setting': '{key_setting}', 'root': '{root}'}}
yes also local[2]
15.4 3.5.7
[REDACTED] [SecretMetadata(key='key')] True
+-------+
|doubled|
+-------+
|2      |
|4      |
+-------+

+-----+
|total|
+-----+
|3    |
+-----+

+---------+
|semicolon|
+---------+
|a;b      |
+---------+

Wrote 7 bytes.
[('a.txt', 7), ('c.txt', 7)]
cont
True ['rows/']
InputWidgetNotDefined No input widget named nope is defined.
WorkspaceApiError Secret does not exist with scope: lab and key: nope
ValueError /etc: localcloud has no DBFS; give a path in a storage account: wasbs://container@account...
FileNotFoundError {root}/nope: {root}/nope is not found
FileExistsError {root}/rows/_SUCCESS: File already exists:{root}/rows/_SUCCESS
Py4JJavaError An error occurred while calling o
ModuleNotFoundError No module named 'stack_outputs'
EOFError EOF when reading a line
AttributeError localcloud's dbutils has no 'jobs'; it has widgets, secrets, fs and notebook
"""


def spark_processes(lab: Any) -> list[psutil.Process]:
    """Everything that runs for Spark below the workspace's folder."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        command = " ".join(process.info["cmdline"] or [])
        if str(lab.cloud.home.path / "spark" / lab.workspace_id) in command:
            found.append(process)
    return found


def test_a_notebook_finds_everything_that_databricks_gives_it(lab: Any) -> None:
    lab.client.secrets.create_scope("lab")
    lab.client.secrets.put_secret("lab", "key", string_value=lab.account_key)
    lab.notebook(*LIBRARY, path="/Shared/lab-library")
    root = f"{lab.root}/everything"
    output = lab.run(
        lab.notebook(*EVERYTHING.strip().splitlines()),
        {"given": "by the run", "key_setting": lab.key_setting, "root": root},
        spark_conf={"spark.mine": "also", "spark.master": "local[*, 4]"},
        spark_env_vars={"MINE": "yes"},
    )
    assert (output.error, output.error_trace) == (None, None)
    assert output.notebook_output.result == "the key is [REDACTED]"
    printed = [
        "Py4JJavaError An error occurred while calling o" if line.startswith("Py4JJ") else line
        for line in output.logs.splitlines()
    ]
    expected = EVERYTHING_PRINTED.format(key_setting=lab.key_setting, root=root)
    assert printed == expected.splitlines()
    names = [blob.name for blob in lab.container.list_blobs("everything/rows/part-")]
    [table] = [pq.read_table(io.BytesIO(lab.container.download_blob(n).readall())) for n in names]
    assert table.to_pylist() == [{"number": 1, "letter": "a"}, {"number": 2, "letter": "b"}]


def test_a_notebook_imports_the_modules_of_its_folder_here_and_in_its_functions(lab: Any) -> None:
    lab.client.workspace.mkdirs("/Shared/with-modules/units")
    for name, text in {
        "doubling.py": "from units.names import UNIT\ndef double(n): return f'{2 * n} {UNIT}'\n",
        "units/names.py": "UNIT = 'kg'\n",
    }.items():
        lab.client.workspace.upload(f"/Shared/with-modules/{name}", text.encode(), format=RAW)
    path = lab.notebook(
        "import os",
        "from doubling import double",
        "from pyspark.sql.functions import udf",
        "[[in_spark]] = spark.range(1).select(udf(double)('id')).collect()",
        "dbutils.notebook.exit(f'{double(1)}, {in_spark}, {sorted(os.listdir())}')",
        path="/Shared/with-modules/main",
    )
    output = lab.run(path)
    assert output.error_trace is None
    assert output.notebook_output.result.startswith("2 kg, 0 kg, [")
    assert "'doubling.py', 'units']" in output.notebook_output.result


def test_a_warm_process_runs_one_notebook_and_is_replaced(lab: Any) -> None:
    pool = lab.client.instance_pools.create(
        "warm", "Standard_D4ds_v5", min_idle_instances=1, idle_instance_autotermination_minutes=1
    ).instance_pool_id

    def wait_for_idle() -> None:
        lab.wait_until(lambda: lab.client.instance_pools.get(pool).stats.idle_count == 1)

    notebook = lab.notebook(
        "import os",
        "marker = globals().get('marker', 0) + 1",
        "dbutils.notebook.exit(f'{os.getpid()} {marker}')",
    )
    results = []
    for _ in range(2):
        wait_for_idle()
        waiting = {str(process.pid) for process in spark_processes(lab)}
        output = lab.run(notebook, instance_pool_id=pool)
        process_id, marker = output.notebook_output.result.split()
        assert process_id in waiting
        results.append((process_id, marker))
    assert [marker for _, marker in results] == ["1", "1"]
    assert results[0] != results[1]
    lab.client.instance_pools.delete(pool)
    lab.wait_until(lambda: spark_processes(lab) == [])


def test_a_run_on_a_terminated_single_users_cluster_starts_it_and_uses_its_settings(
    lab: Any,
) -> None:
    clusters = lab.client.clusters
    made = clusters.create_and_wait(
        spark_version="15.4.x-scala2.12",
        node_type_id="Standard_D4ds_v5",
        num_workers=1,
        spark_conf={"spark.mine": "the cluster's"},
        data_security_mode=DataSecurityMode.SINGLE_USER,
        single_user_name=lab.client.current_user.me().user_name,
    )
    clusters.delete_and_wait(made.cluster_id)
    path = lab.notebook("dbutils.notebook.exit(spark.conf.get('spark.mine'))")
    run = lab.wait(lab.submit(path, existing_cluster_id=made.cluster_id))
    [task] = run.tasks
    output = lab.client.jobs.get_run_output(task.run_id)
    assert (task.existing_cluster_id, task.cluster_instance.cluster_id) == (made.cluster_id,) * 2
    assert output.notebook_output.result == "the cluster's"
    assert clusters.get(made.cluster_id).state is State.RUNNING
    clusters.permanent_delete(made.cluster_id)
    with pytest.raises(ResourceDoesNotExist, match="does not exist"):
        clusters.get(made.cluster_id)


def test_a_failing_cell_fails_the_run_with_its_own_trace(lab: Any) -> None:
    path = lab.notebook(
        "def divide(number):",
        "    return number / 0",
        "# COMMAND ----------",
        'print("begin")',
        "divide(1)",
    )
    run = lab.wait(lab.submit(path))
    assert (run.state.life_cycle_state.value, run.state.result_state.value) == (
        "TERMINATED",
        "FAILED",
    )
    output = lab.client.jobs.get_run_output(run.tasks[0].run_id)
    assert output.error == "ZeroDivisionError: division by zero"
    assert output.error_trace == (
        "Traceback (most recent call last):\n"
        f'  File "{path}, cell 2", line 2, in <module>\n'
        "    divide(1)\n"
        f'  File "{path}, cell 1", line 2, in divide\n'
        "    return number / 0\n"
        "           ~~~~~~~^~~\n"
        "ZeroDivisionError: division by zero\n"
    )
    assert output.logs == "begin\n"


def test_a_canceled_run_leaves_no_process(lab: Any) -> None:
    path = lab.notebook("import time", "spark.range(1).count()", "time.sleep(300)")
    run_id = lab.submit(path)
    lab.wait(run_id, until=lambda run: run.state.life_cycle_state.value == "RUNNING")
    assert spark_processes(lab) != []
    lab.client.jobs.cancel_run(run_id)
    run = lab.wait(run_id)
    assert run.state.result_state.value == "CANCELED"
    assert run.status.termination_details.code.value == "USER_CANCELED"
    lab.wait_until(lambda: spark_processes(lab) == [])
