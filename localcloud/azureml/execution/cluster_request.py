"""From DatabricksStep's settings to what Databricks' Jobs API takes.

The settings are texts that the SDK joined (``k=v;k=v``, ``a,b``); the plan has checked them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from databricks.sdk.service import compute


def new_cluster(settings: Mapping[str, str]) -> compute.ClusterSpec | None:
    """The job cluster that a step asks for, or None if it names an existing one."""
    if "existing_cluster_id" in settings:
        return None
    autoscale = None
    if "min_workers" in settings:
        autoscale = compute.AutoScale(
            min_workers=int(settings["min_workers"]), max_workers=int(settings["max_workers"])
        )
    log_path = settings.get("cluster_log_dbfs_path")
    return compute.ClusterSpec(
        spark_version=settings.get("spark_version"),
        node_type_id=settings.get("node_type_id"),
        instance_pool_id=settings.get("instance_pool_id"),
        num_workers=int(settings["num_workers"]) if "num_workers" in settings else None,
        autoscale=autoscale,
        spark_conf=_pairs(settings.get("spark_conf")),
        spark_env_vars=_pairs(settings.get("spark_env_vars")),
        init_scripts=[
            compute.InitScriptInfo(dbfs=compute.DbfsStorageInfo(path))
            for path in _items(settings, "init_scripts", ",")
        ]
        or None,
        cluster_log_conf=None if log_path is None else _log_conf(log_path),
    )


def _log_conf(path: str) -> compute.ClusterLogConf:
    return compute.ClusterLogConf(dbfs=compute.DbfsStorageInfo(path))


def libraries(settings: Mapping[str, str]) -> list[compute.Library]:
    """Libraries that a step asks for, written ``package=a|repo=b;package=c``."""
    makers: dict[str, Callable[[dict[str, str]], compute.Library]] = {
        "pypi_libraries": lambda each: compute.Library(pypi=compute.PythonPyPiLibrary(**each)),
        "rcran_libraries": lambda each: compute.Library(cran=compute.RCranLibrary(**each)),
        "maven_libraries": _maven_library,
    }
    described = [
        make(dict(part.split("=", 1) for part in item.split("|")))
        for name, make in makers.items()
        for item in _items(settings, name, ";")
    ]
    jars = [compute.Library(jar=path) for path in _items(settings, "jar_libraries", ",")]
    eggs = [compute.Library(egg=path) for path in _items(settings, "egg_libraries", ",")]
    return [*described, *jars, *eggs]


def _maven_library(fields: dict[str, str]) -> compute.Library:
    exclusions = fields.pop("exclusions", None)
    return compute.Library(
        maven=compute.MavenLibrary(
            coordinates=fields["coordinates"],
            repo=fields.get("repo"),
            exclusions=exclusions.split(",") if exclusions else None,
        )
    )


def _items(settings: Mapping[str, str], name: str, separator: str) -> list[str]:
    return [item for item in settings.get(name, "").split(separator) if item]


def _pairs(text: str | None) -> dict[str, str] | None:
    if not text:
        return None
    return dict(pair.split("=", 1) for pair in text.split(";") if pair)
