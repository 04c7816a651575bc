"""The notebook under its content hash, and the pool its jobs run on."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

import pytest

from infra.feature_notebook import FeatureNotebook, FeatureNotebookArgs, notebook_path
from tests.infra.examples import TAGS, databricks_workspace, site
from tests.infra.harness import Deployment, Values, deploy

CONTENT = b"# Databricks notebook source\nprint(1)\n"
PATH = f"/dataopsml/features-{sha256(CONTENT).hexdigest()[:16]}"


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    file = tmp_path_factory.mktemp("notebooks") / "features.py"
    file.write_bytes(CONTENT)

    def program() -> None:
        place = site()
        FeatureNotebook(
            "features",
            FeatureNotebookArgs(
                site=place,
                databricks=databricks_workspace(place),
                file=file,
                node_type="Standard_D4ds_v5",
                spark_version="15.4.x-scala2.12",
                pool_min_idle_instances=1,
                pool_max_capacity=5,
                pool_idle_minutes=20,
            ),
        )

    return deploy(program)


def test_the_notebook_is_uploaded_as_it_is_under_its_content_hash(deployed: Deployment) -> None:
    assert deployed.one("databricks:index/notebook:Notebook").inputs.plain == {
        "path": PATH,
        "language": "PYTHON",
        "contentBase64": b64encode(CONTENT).decode(),
    }


def test_changed_content_is_another_path_and_the_same_content_the_same() -> None:
    before = notebook_path("features", b"one")

    assert notebook_path("features", b"two") != before
    assert notebook_path("features", b"one") == before


def test_an_old_notebook_stays_for_the_pipelines_that_use_it(deployed: Deployment) -> None:
    workspace = deployed.one("azure-native:databricks:Workspace")

    assert deployed.one("databricks:index/notebook:Notebook").options == {
        "retainOnDelete": True,
        "deletedWith": workspace.urn,
    }


def test_the_pool_has_the_configured_machines_limits_and_tags(deployed: Deployment) -> None:
    assert deployed.one("databricks:index/instancePool:InstancePool").inputs.plain == {
        "instancePoolName": "pool-sample-dev",
        "nodeTypeId": "Standard_D4ds_v5",
        "preloadedSparkVersions": ["15.4.x-scala2.12"],
        "minIdleInstances": 1,
        "maxCapacity": 5,
        "idleInstanceAutoterminationMinutes": 20,
        "customTags": TAGS,
    }


def test_a_replaced_pool_frees_its_name_first(deployed: Deployment) -> None:
    workspace = deployed.one("azure-native:databricks:Workspace")

    assert deployed.one("databricks:index/instancePool:InstancePool").options == {
        "deleteBeforeReplace": True,
        "deletedWith": workspace.urn,
    }


def test_the_component_tells_path_pool_and_runtime(deployed: Deployment) -> None:
    assert deployed.one("dataopsml:infra:FeatureNotebook").outputs == Values(
        plain={
            "notebook_path": PATH,
            "instance_pool_id": "id-of-features-pool",
            "spark_version": "15.4.x-scala2.12",
        },
        secrets=frozenset(),
    )
