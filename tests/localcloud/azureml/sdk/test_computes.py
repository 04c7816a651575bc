"""Attached computes through the SDK."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.servers


def test_the_sdk_finds_what_arm_attached(lab: Any) -> None:
    from azureml.core.compute import DatabricksCompute

    found = DatabricksCompute(lab.workspace, "adb")
    assert (found.type, found.provisioning_state) == ("Databricks", "Succeeded")
    assert found.cluster_resource_id.endswith("/Microsoft.Databricks/workspaces/adb-lab")
    assert list(lab.workspace.compute_targets) == ["adb"]


def test_the_sdk_attaches_and_detaches_a_databricks_workspace(lab: Any) -> None:
    from azureml.core.compute import ComputeTarget, DatabricksCompute

    configuration = DatabricksCompute.attach_configuration(
        resource_group=lab.workspace.resource_group,
        workspace_name="adb-lab",
        access_token="dapi-of-the-sdk",
    )
    attached = ComputeTarget.attach(lab.workspace, "second", configuration)
    attached.wait_for_completion()
    assert set(lab.workspace.compute_targets) == {"adb", "second"}
    attached.detach()
    assert set(lab.workspace.compute_targets) == {"adb"}
