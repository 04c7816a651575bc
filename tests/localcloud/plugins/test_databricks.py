"""Every type of the databricks package goes through its life in a real local workspace."""

from __future__ import annotations

import uuid
from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from localcloud.plugins.azure_native.provider import AzureNativeProvider
from localcloud.plugins.databricks.provider import DatabricksProvider
from localcloud.plugins.databricks.settings import Settings
from localcloud.plugins.databricks.workspace_api import WorkspaceApi
from localcloud.plugins.diff import Diff
from localcloud.plugins.properties import Properties, Secret, reveal
from localcloud.plugins.provider import Checked, Found, ProviderError, Resource, State

pytestmark = pytest.mark.servers

TIMEOUT_SECONDS = 60.0
UNIQUE = uuid.uuid4().hex[:8]


class Faulty(Protocol):
    """What these tests use of the session's cloud."""

    def inject(self, *faults: dict[str, object]) -> None: ...


@pytest.fixture(scope="module")
def workspace(azure: AzureNativeProvider) -> Iterator[State]:
    """A Databricks workspace in a resource group of its own."""
    group = Resource("azure-native:resources:ResourceGroup", "group")
    place: Properties = {"resourceGroupName": f"rg-{UNIQUE}", "location": "westeurope"}
    group_state = azure.create(group, place, TIMEOUT_SECONDS)
    resource = Resource("azure-native:databricks:Workspace", "workspace")
    inputs: Properties = {
        **place,
        "workspaceName": f"dbricks-{UNIQUE}",
        "sku": {"name": "premium"},
        "computeMode": "Hybrid",
        "managedResourceGroupId": f"{group_state.id}-managed",
    }
    state = azure.create(resource, inputs, TIMEOUT_SECONDS)
    yield state
    azure.delete(resource, state, TIMEOUT_SECONDS)
    azure.delete(group, group_state, TIMEOUT_SECONDS)


@pytest.fixture(scope="module")
def databricks(workspace: State) -> DatabricksProvider:
    """The provider of that workspace, signed in as its Azure identity."""
    provider = DatabricksProvider()
    provider.configure(
        {
            "host": f"https://{workspace.outputs['workspaceUrl']}",
            "azureWorkspaceResourceId": workspace.id,
            "authType": "azure-msi",
            "retryTimeoutSeconds": "900",
        }
    )
    return provider


def make(
    databricks: DatabricksProvider, token: str, inputs: Properties
) -> tuple[Resource, Properties, State]:
    """Check and create, as the engine does."""
    resource = Resource(f"databricks:index/{token}", "it")
    checked = databricks.check(resource, {}, inputs, b"seed")
    assert checked.failures == {}
    return resource, checked.inputs, databricks.create(resource, checked.inputs, TIMEOUT_SECONDS)


def revealed(state: State) -> State:
    """A state as a provider gets it back from the engine."""
    return State(state.id, reveal(state.outputs))


NOTEBOOK = b64encode(b"print(1)\n").decode()
INPUTS: Mapping[str, Properties] = {
    "cluster:Cluster": {
        "clusterName": f"cluster-{UNIQUE}",
        "sparkVersion": "15.4.x-scala2.12",
        "nodeTypeId": "Standard_D4ds_v5",
        "numWorkers": 1,
        "autoterminationMinutes": 20,
        "dataSecurityMode": "SINGLE_USER",
        "singleUserName": "developer@localcloud.invalid",
        "customTags": {"snake_key": "v"},
    },
    "directory:Directory": {"path": "/folder/inner"},
    "instancePool:InstancePool": {
        "instancePoolName": f"pool-{UNIQUE}",
        "nodeTypeId": "Standard_D4ds_v5",
        "preloadedSparkVersions": ["15.4.x-scala2.12"],
        "minIdleInstances": 0,
        "maxCapacity": 2,
        "idleInstanceAutoterminationMinutes": 10,
        "customTags": {"snake_key": "v", "camelKey": "w"},
    },
    "notebook:Notebook": {
        "path": "/folder/notebook",
        "language": "PYTHON",
        "contentBase64": NOTEBOOK,
    },
    "secretScope:SecretScope": {"name": f"scope-{UNIQUE}"},
    "token:Token": {"comment": "test", "lifetimeSeconds": 3600},
    "workspaceFile:WorkspaceFile": {"path": "/folder/module.py", "contentBase64": NOTEBOOK},
}


@pytest.mark.parametrize("token", INPUTS)
def test_an_object_is_created_read_and_deleted(databricks: DatabricksProvider, token: str) -> None:
    resource, inputs, state = make(databricks, token, INPUTS[token])
    assert inputs == INPUTS[token]
    assert databricks.diff(resource, inputs, inputs) == Diff({})
    assert databricks.read(resource, revealed(state), inputs) == Found(inputs, revealed(state))

    databricks.delete(resource, state, TIMEOUT_SECONDS)
    assert databricks.read(resource, revealed(state), inputs) is None
    databricks.delete(resource, state, TIMEOUT_SECONDS)


def test_a_notebook_has_the_outputs_of_the_vendors_provider(
    databricks: DatabricksProvider, workspace: State, tmp_path: Path
) -> None:
    file = tmp_path / "notebook.py"
    file.write_text("print(2)\n")
    inputs: Properties = {"path": "/outputs/notebook", "source": str(file)}
    resource, checked, state = make(databricks, "notebook:Notebook", inputs)
    number = state.outputs["objectId"]
    assert isinstance(number, int)
    assert state.outputs == {
        "path": "/outputs/notebook",
        "source": str(file),
        "format": "SOURCE",
        "language": "PYTHON",
        "objectId": number,
        "objectType": "NOTEBOOK",
        "url": f"https://{workspace.outputs['workspaceUrl']}/#workspace/outputs/notebook",
        "workspacePath": "/Workspace/outputs/notebook",
    }
    changed: Properties = {"path": "/outputs/notebook", "language": "PYTHON", "contentBase64": ""}
    assert not databricks.diff(resource, checked, changed).replaces
    updated = databricks.update(resource, state, changed, TIMEOUT_SECONDS)
    kept = {name: value for name, value in state.outputs.items() if name != "source"}
    assert updated == {**kept, "contentBase64": ""}


def test_a_workspace_file_has_the_outputs_of_the_vendors_provider(
    databricks: DatabricksProvider, workspace: State, tmp_path: Path
) -> None:
    file = tmp_path / "module.py"
    file.write_text("# Databricks notebook source\n")  # and yet it stays a file
    inputs: Properties = {"path": "/outputs/module.py", "source": str(file)}
    resource, checked, state = make(databricks, "workspaceFile:WorkspaceFile", inputs)
    number = state.outputs["objectId"]
    assert isinstance(number, int)
    assert state.outputs == {
        "path": "/outputs/module.py",
        "source": str(file),
        "objectId": number,
        "url": f"https://{workspace.outputs['workspaceUrl']}/#workspace/outputs/module.py",
        "workspacePath": "/Workspace/outputs/module.py",
    }
    changed: Properties = {"path": "/outputs/module.py", "contentBase64": NOTEBOOK}
    assert not databricks.diff(resource, checked, changed).replaces
    updated = databricks.update(resource, state, changed, TIMEOUT_SECONDS)
    kept = {name: value for name, value in state.outputs.items() if name != "source"}
    assert updated == {**kept, "contentBase64": NOTEBOOK}


def test_a_pool_is_edited_in_place_but_for_what_its_machines_are(
    databricks: DatabricksProvider,
) -> None:
    token = "instancePool:InstancePool"
    inputs: Properties = {**INPUTS[token], "instancePoolName": f"edited-{UNIQUE}"}
    resource, checked, state = make(databricks, token, inputs)
    larger: Properties = {**checked, "maxCapacity": 4}
    assert databricks.diff(resource, checked, larger).replaces == frozenset()
    outputs = databricks.update(resource, state, larger, TIMEOUT_SECONDS)
    assert outputs == {**state.outputs, "maxCapacity": 4}
    assert state.outputs == {**checked, "instancePoolId": state.id, "enableElasticDisk": True}

    other: Properties = {**checked, "nodeTypeId": "Standard_D8ds_v5"}
    assert databricks.diff(resource, checked, other).replaces == {"nodeTypeId"}
    databricks.delete(resource, state, TIMEOUT_SECONDS)


def test_a_cluster_is_edited_in_place(databricks: DatabricksProvider) -> None:
    token = "cluster:Cluster"
    resource, checked, state = make(databricks, token, INPUTS[token])
    larger: Properties = {**checked, "numWorkers": 2}
    assert databricks.diff(resource, checked, larger).replaces == frozenset()
    outputs = databricks.update(resource, state, larger, TIMEOUT_SECONDS)
    assert outputs == {**state.outputs, "numWorkers": 2}
    databricks.delete(resource, state, TIMEOUT_SECONDS)


def test_the_signed_in_user_can_be_asked_for(databricks: DatabricksProvider) -> None:
    function = "databricks:index/getCurrentUser:getCurrentUser"
    assert databricks.invoke(function, {})["userName"] == "developer@localcloud.invalid"


def test_a_changed_pool_shows_in_its_inputs(databricks: DatabricksProvider) -> None:
    token = "instancePool:InstancePool"
    inputs: Properties = {**INPUTS[token], "instancePoolName": f"drift-{UNIQUE}"}
    resource, checked, state = make(databricks, token, inputs)
    larger: Properties = {**checked, "maxCapacity": 8}
    databricks.update(resource, state, larger, TIMEOUT_SECONDS)
    found = databricks.read(resource, state, checked)
    assert found is not None
    assert found.inputs == larger
    databricks.delete(resource, state, TIMEOUT_SECONDS)


def test_a_tokens_value_is_secret_and_known_only_from_its_creation(
    databricks: DatabricksProvider,
) -> None:
    resource, _, state = make(databricks, "token:Token", {"lifetimeSeconds": 3600})
    value = state.outputs["tokenValue"]
    assert isinstance(value, Secret)
    assert str(value.value).startswith("dapi")
    imported = databricks.read(resource, State(state.id, {}), {})
    assert imported is not None
    assert imported.state.outputs == {name: state.outputs[name] for name in imported.state.outputs}
    assert "tokenValue" not in imported.state.outputs
    databricks.delete(resource, state, TIMEOUT_SECONDS)


def test_a_secret_is_written_and_never_read_back(databricks: DatabricksProvider) -> None:
    scope, _, scope_state = make(databricks, "secretScope:SecretScope", {})
    name = scope_state.id
    assert name.startswith("it-")
    inputs: Properties = {"scope": name, "key": "k", "stringValue": "hunter2"}
    resource, checked, state = make(databricks, "secret:Secret", inputs)
    assert state == State(
        f"{name}|||k",
        {
            "scope": name,
            "key": "k",
            "stringValue": Secret("hunter2"),
            "configReference": f"{{{{secrets/{name}/k}}}}",
            "lastUpdatedTimestamp": state.outputs["lastUpdatedTimestamp"],
        },
    )
    assert databricks.read(resource, revealed(state), checked) == Found(checked, revealed(state))
    databricks.delete(resource, state, TIMEOUT_SECONDS)
    assert databricks.read(resource, revealed(state), checked) is None
    databricks.delete(scope, scope_state, TIMEOUT_SECONDS)


def test_the_workspaces_own_words_tell_a_refusal(databricks: DatabricksProvider) -> None:
    inputs: Properties = {**INPUTS["instancePool:InstancePool"], "nodeTypeId": "Nonsense"}
    with pytest.raises(ProviderError, match=r"^[A-Z_]+: .*Nonsense.*instance-pools/create"):
        make(databricks, "instancePool:InstancePool", inputs)


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({"path": "/n"}, "a notebook or file needs source or contentBase64"),
        ({"path": "/n", "contentBase64": ""}, "language: required with contentBase64"),
        ({"path": "/n", "source": "x.txt"}, "language: required, since x.txt has none"),
        ({"path": "/n", "source": "no-such.py"}, "source: .*No such file.*no-such.py"),
        ({"path": "/n", "source": "x.dbc", "format": "DBC"}, "format: 'DBC' is not supported"),
    ],
)
def test_a_notebook_without_usable_content_is_refused(
    databricks: DatabricksProvider, inputs: Properties, message: str
) -> None:
    with pytest.raises(ProviderError, match=message):
        make(databricks, "notebook:Notebook", inputs)


def test_another_workspace_per_resource_is_refused(databricks: DatabricksProvider) -> None:
    inputs: Properties = {"providerConfig": {"workspaceId": "1"}}
    resource = Resource("databricks:index/token:Token", "it")
    assert databricks.check(resource, {}, inputs, b"") == Checked(
        inputs, {"providerConfig": "localcloud's providers have one workspace each"}
    )


def test_a_workspace_that_does_not_answer_is_named_with_the_command_that_starts_the_cloud() -> None:
    config: Properties = {"host": "https://127.0.0.1:9", "token": "t", "retryTimeoutSeconds": "1"}
    api = WorkspaceApi(Settings.from_config(config))
    with pytest.raises(ProviderError) as caught:
        api.get("/token/list")
    assert str(caught.value).startswith(
        "GET https://127.0.0.1:9/api/2.0/token/list: the local cloud does not answer; "
        "start it with: python -m localcloud start ("
    )


def test_passing_trouble_is_waited_out(databricks: DatabricksProvider, cloud: Faulty) -> None:
    path = ".*/secrets/scopes/create"
    cloud.inject({"path": path, "status": 503, "retry_after_seconds": 1})
    resource, _, state = make(databricks, "secretScope:SecretScope", {"name": f"late-{UNIQUE}"})
    assert state.outputs == {"name": f"late-{UNIQUE}", "backendType": "DATABRICKS"}
    databricks.delete(resource, state, TIMEOUT_SECONDS)
