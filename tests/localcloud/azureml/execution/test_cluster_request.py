"""DatabricksStep's settings as requests to Databricks."""

from __future__ import annotations

from localcloud.azureml.execution.cluster_request import libraries, new_cluster


def test_a_pool_cluster_of_fixed_size() -> None:
    cluster = new_cluster(
        {
            "spark_version": "15.4.x-scala2.12",
            "instance_pool_id": "p1",
            "num_workers": "2",
            "spark_conf": "spark.sql.shuffle.partitions=4;a=b=c",
            "spark_env_vars": "PYSPARK_PYTHON=/databricks/python3/bin/python3",
        }
    )
    assert cluster is not None
    assert cluster.as_dict() == {
        "spark_version": "15.4.x-scala2.12",
        "instance_pool_id": "p1",
        "num_workers": 2,
        "spark_conf": {"spark.sql.shuffle.partitions": "4", "a": "b=c"},
        "spark_env_vars": {"PYSPARK_PYTHON": "/databricks/python3/bin/python3"},
    }


def test_a_cluster_that_grows_with_scripts_and_logs() -> None:
    cluster = new_cluster(
        {
            "spark_version": "v",
            "node_type_id": "n",
            "min_workers": "1",
            "max_workers": "4",
            "init_scripts": "dbfs:/a.sh,dbfs:/b.sh",
            "cluster_log_dbfs_path": "dbfs:/logs",
        }
    )
    assert cluster is not None
    assert cluster.as_dict() == {
        "spark_version": "v",
        "node_type_id": "n",
        "autoscale": {"min_workers": 1, "max_workers": 4},
        "init_scripts": [
            {"dbfs": {"destination": "dbfs:/a.sh"}},
            {"dbfs": {"destination": "dbfs:/b.sh"}},
        ],
        "cluster_log_conf": {"dbfs": {"destination": "dbfs:/logs"}},
    }


def test_an_existing_cluster_needs_no_new_one() -> None:
    assert new_cluster({"existing_cluster_id": "0101-1"}) is None


def test_libraries_of_every_kind() -> None:
    settings = {
        "pypi_libraries": "package=numpy==1.26;package=x|repo=http://r",
        "maven_libraries": "coordinates=a:b:1|repo=http://m|exclusions=c:d,e:f",
        "rcran_libraries": "package=ada",
        "jar_libraries": "dbfs:/a.jar,dbfs:/b.jar",
        "egg_libraries": "dbfs:/c.egg",
    }
    assert [each.as_dict() for each in libraries(settings)] == [
        {"pypi": {"package": "numpy==1.26"}},
        {"pypi": {"package": "x", "repo": "http://r"}},
        {"cran": {"package": "ada"}},
        {
            "maven": {
                "coordinates": "a:b:1",
                "repo": "http://m",
                "exclusions": ["c:d", "e:f"],
            }
        },
        {"jar": "dbfs:/a.jar"},
        {"jar": "dbfs:/b.jar"},
        {"egg": "dbfs:/c.egg"},
    ]
