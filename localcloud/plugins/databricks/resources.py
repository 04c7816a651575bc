"""Instance pools, tokens and secrets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from localcloud.plugins.databricks.clusters import Cluster
from localcloud.plugins.databricks.kinds import Kind, from_api, to_api
from localcloud.plugins.databricks.workspace_objects import Directory, Notebook, WorkspaceFile
from localcloud.plugins.properties import Properties, Secret
from localcloud.plugins.provider import MissingError, ProviderError, State

if TYPE_CHECKING:
    from localcloud.plugins.databricks.workspace_api import WorkspaceApi


class InstancePool(Kind):
    """``databricks.InstancePool``."""

    create_only = frozenset(
        {
            "awsAttributes",
            "azureAttributes",
            "diskSpec",
            "enableElasticDisk",
            "gcpAttributes",
            "instancePoolFleetAttributes",
            "nodeTypeFlexibility",
            "nodeTypeId",
            "preloadedDockerImages",
            "preloadedSparkVersions",
        }
    )
    computed = frozenset({"instancePoolId"})

    _live = frozenset({"default_tags", "state", "stats", "status"})
    """Fields of an answer that tell how the pool is, and not what it is."""

    _editable = frozenset(
        {
            "custom_tags",
            "idle_instance_autotermination_minutes",
            "instance_pool_name",
            "max_capacity",
            "min_idle_instances",
            "node_type_id",
        }
    )
    """Fields that an edit takes; the node type only as it is."""

    def create(self, api: WorkspaceApi, inputs: Properties) -> State:
        """Make the pool."""
        answer = api.post("/instance-pools/create", _pool(inputs))
        pool_id = str(answer["instance_pool_id"])
        return State(pool_id, self.read(api, State(pool_id, inputs)))

    def update(self, api: WorkspaceApi, last: State, inputs: Properties) -> Properties:
        """Edit the pool."""
        fields = {key: value for key, value in _pool(inputs).items() if key in self._editable}
        api.post("/instance-pools/edit", {**fields, "instance_pool_id": last.id})
        return self.read(api, last)

    def read(self, api: WorkspaceApi, last: State) -> Properties:
        """The pool's definition."""
        answer = api.get("/instance-pools/get", {"instance_pool_id": last.id})
        return from_api({key: value for key, value in answer.items() if key not in self._live})

    def delete(self, api: WorkspaceApi, last: State) -> None:
        """Delete the pool and its idle machines."""
        api.post("/instance-pools/delete", {"instance_pool_id": last.id})


class Token(Kind):
    """``databricks.Token``: its value is told once, when it is made."""

    create_only = frozenset({"comment", "lifetimeSeconds"})
    computed = frozenset({"creationTime", "expiryTime", "tokenId", "tokenValue"})

    def create(self, api: WorkspaceApi, inputs: Properties) -> State:
        """Issue the token."""
        answer = api.post("/token/create", to_api(inputs))
        info = answer["token_info"]
        if not isinstance(info, dict):
            raise ProviderError("token/create: the answer has no token_info")
        outputs = {**inputs, **from_api(info), "tokenValue": Secret(answer["token_value"])}
        return State(str(info["token_id"]), outputs)

    def read(self, api: WorkspaceApi, last: State) -> Properties:
        """What the workspace keeps about the token, and the value known from its creation."""
        listed = api.get("/token/list").get("token_infos")
        for info in listed if isinstance(listed, list) else []:
            if isinstance(info, dict) and info.get("token_id") == last.id:
                return {**last.outputs, **from_api(info)}
        raise MissingError(f"token {last.id} was revoked or has expired")

    def delete(self, api: WorkspaceApi, last: State) -> None:
        """Revoke the token."""
        api.post("/token/delete", {"token_id": last.id})


class SecretScope(Kind):
    """``databricks.SecretScope``, kept by Databricks itself."""

    identity = frozenset({"name"})
    create_only = frozenset({"backendType", "initialManagePrincipal", "keyvaultMetadata"})
    name_input = "name"

    def create(self, api: WorkspaceApi, inputs: Properties) -> State:
        """Make the scope."""
        if "keyvaultMetadata" in inputs:
            raise ProviderError("keyvaultMetadata: localcloud has no scopes kept in a key vault")
        name = str(inputs["name"])
        principal = inputs.get("initialManagePrincipal")
        given: Properties = {"initial_manage_principal": principal} if principal else {}
        api.post("/secrets/scopes/create", {"scope": name, **given})
        return State(name, self.read(api, State(name, inputs)))

    def read(self, api: WorkspaceApi, last: State) -> Properties:
        """The scope as the workspace lists it."""
        listed = api.get("/secrets/scopes/list").get("scopes")
        for scope in listed if isinstance(listed, list) else []:
            if isinstance(scope, dict) and scope.get("name") == last.id:
                kept = last.outputs.get("initialManagePrincipal")
                given: Properties = {"initialManagePrincipal": kept} if kept else {}
                return {"name": last.id, "backendType": scope.get("backend_type"), **given}
        raise MissingError(f"secret scope {last.id} does not exist")

    def delete(self, api: WorkspaceApi, last: State) -> None:
        """Delete the scope with its secrets."""
        api.post("/secrets/scopes/delete", {"scope": last.id})


class WorkspaceSecret(Kind):
    """``databricks.Secret``: written and never read back."""

    identity = frozenset({"scope", "key"})
    create_only = frozenset({"stringValue"})
    computed = frozenset({"configReference", "lastUpdatedTimestamp"})

    def create(self, api: WorkspaceApi, inputs: Properties) -> State:
        """Put the value."""
        scope, key = str(inputs["scope"]), str(inputs["key"])
        value = inputs["stringValue"]
        api.post("/secrets/put", {"scope": scope, "key": key, "string_value": value})
        secret_id = f"{scope}|||{key}"
        outputs: Properties = {"scope": scope, "key": key, "stringValue": Secret(value)}
        return State(secret_id, self.read(api, State(secret_id, outputs)))

    def read(self, api: WorkspaceApi, last: State) -> Properties:
        """When the secret was written last, and the value known from then."""
        scope, _, key = last.id.partition("|||")
        listed = api.get("/secrets/list", {"scope": scope}).get("secrets")
        for secret in listed if isinstance(listed, list) else []:
            if isinstance(secret, dict) and secret.get("key") == key:
                return {
                    **last.outputs,
                    "scope": scope,
                    "key": key,
                    "configReference": f"{{{{secrets/{scope}/{key}}}}}",
                    "lastUpdatedTimestamp": secret.get("last_updated_timestamp"),
                }
        raise MissingError(f"secret {key} does not exist in scope {scope}")

    def delete(self, api: WorkspaceApi, last: State) -> None:
        """Delete the secret."""
        scope, _, key = last.id.partition("|||")
        api.post("/secrets/delete", {"scope": scope, "key": key})


KINDS: Mapping[str, Kind] = {
    "databricks:index/cluster:Cluster": Cluster(),
    "databricks:index/directory:Directory": Directory(),
    "databricks:index/instancePool:InstancePool": InstancePool(),
    "databricks:index/notebook:Notebook": Notebook(),
    "databricks:index/secret:Secret": WorkspaceSecret(),
    "databricks:index/secretScope:SecretScope": SecretScope(),
    "databricks:index/token:Token": Token(),
    "databricks:index/workspaceFile:WorkspaceFile": WorkspaceFile(),
}


def find_kind(token: str) -> Kind:
    """The resource type of a token.

    Raises:
        ProviderError: the token names no type that the plugin knows.
    """
    if token not in KINDS:
        raise ProviderError(f"Resource type '{token}' not found: localcloud does not emulate it")
    return KINDS[token]


def _pool(inputs: Properties) -> Properties:
    asked = {key: value for key, value in inputs.items() if key != "instancePoolId"}
    return to_api({"enableElasticDisk": True, **asked})
