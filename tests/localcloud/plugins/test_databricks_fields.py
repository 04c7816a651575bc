"""Fields of the databricks package have the API's names on the wire, and workspaces are local."""

from __future__ import annotations

import pytest

from localcloud.plugins.databricks.kinds import from_api, to_api
from localcloud.plugins.databricks.provider import DatabricksProvider
from localcloud.plugins.databricks.resources import find_kind
from localcloud.plugins.properties import Properties
from localcloud.plugins.provider import ProviderError

PROGRAM: Properties = {
    "idleInstanceAutoterminationMinutes": 10,
    "preloadedSparkVersions": ["15.4.x-scala2.12"],
    "diskSpec": {"diskType": {"azureDiskVolumeType": "PREMIUM_LRS"}},
    "preloadedDockerImages": [{"basicAuth": {"username": "u"}}],
    "customTags": {"Cost_Center": "1", "costCenter": "2"},
}
API: Properties = {
    "idle_instance_autotermination_minutes": 10,
    "preloaded_spark_versions": ["15.4.x-scala2.12"],
    "disk_spec": {"disk_type": {"azure_disk_volume_type": "PREMIUM_LRS"}},
    "preloaded_docker_images": [{"basic_auth": {"username": "u"}}],
    "custom_tags": {"Cost_Center": "1", "costCenter": "2"},
}


def test_field_names_are_translated_both_ways_and_the_users_own_keys_are_not() -> None:
    assert to_api(PROGRAM) == API
    assert from_api(API) == PROGRAM


def test_a_type_that_is_not_emulated_is_refused() -> None:
    with pytest.raises(ProviderError, match=r"Resource type 'databricks:index/job:Job' not found"):
        find_kind("databricks:index/job:Job")


@pytest.mark.parametrize("host", ["https://adb-1.2.azuredatabricks.net", "", "localhost:443"])
def test_a_workspace_that_is_not_on_this_machine_is_refused(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABRICKS_HOST", raising=False)
    with pytest.raises(ProviderError, match=r"knows workspaces on this machine only"):
        DatabricksProvider().configure({"host": host})
