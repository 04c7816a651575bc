"""A stack's outputs: invented ones, and those of what is deployed in the local cloud."""

from __future__ import annotations

import pytest

from pipelines.azureml_backend import AzureMlBackend
from stack_outputs import StackOutputs
from tests.conftest import RunningCloud
from tests.pipelines.deployment import deploy

SUBSCRIPTION_ID = "11111111-1111-1111-1111-111111111111"
GROUP_ID = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg-demo-test-main"
ML_WORKSPACE_ID = f"{GROUP_ID}/providers/Microsoft.MachineLearningServices/workspaces/aml-demo-test"
DATABRICKS_WORKSPACE_ID = f"{GROUP_ID}/providers/Microsoft.Databricks/workspaces/dbricks-demo-test"


@pytest.fixture
def stack() -> StackOutputs:
    """What a stack of base name ``demo`` in environment ``test`` would say."""
    return StackOutputs(
        subscription_id=SUBSCRIPTION_ID,
        location="westeurope",
        resource_group_name="rg-demo-test-main",
        ml_workspace_name="aml-demo-test",
        ml_workspace_id=ML_WORKSPACE_ID,
        databricks_workspace_id=DATABRICKS_WORKSPACE_ID,
        databricks_workspace_url="https://adb-1.2.azuredatabricks.net",
        databricks_compute_name="databricks",
        databricks_token_expiry="2099-01-01T00:00:00Z",
        instance_pool_id="pool-1",
        spark_version="15.4.x-scala2.12",
        notebook_folder="/dataopsml/3fa9c1",
        training_datastore_name="training_data",
        training_storage_account_name="stdemotrtest",
        training_container_name="trainingdata",
        training_blob_endpoint="https://stdemotrtest.blob.core.windows.net/",
        training_data_path="diabetes.csv",
    )


@pytest.fixture(scope="session")
def deployed(cloud: RunningCloud) -> StackOutputs:
    """The outputs of what is deployed in the running local cloud."""
    return deploy(cloud, base_name="pipes")


@pytest.fixture(scope="session")
def backend(deployed: StackOutputs) -> AzureMlBackend:
    """The real SDK, connected to the local cloud."""
    return AzureMlBackend(deployed)
