"""Log Analytics and Application Insights, through Azure's own clients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.applicationinsights import ApplicationInsightsManagementClient
from azure.mgmt.loganalytics import LogAnalyticsManagementClient

pytestmark = pytest.mark.servers

HERE = {"location": "westeurope"}


@pytest.fixture
def logs(client_of: Callable[..., Any]) -> Any:
    return client_of(LogAnalyticsManagementClient)


@pytest.fixture
def components(client_of: Callable[..., Any]) -> Any:
    return client_of(ApplicationInsightsManagementClient).components


def put_workspace(logs: Any, group: str, **properties: Any) -> Any:
    body = {**HERE, "properties": {"sku": {"name": "PerGB2018"}, **properties}}
    return logs.workspaces.begin_create_or_update(group, "logs", body).result()


def test_a_log_analytics_workspace_is_made_read_updated_and_deleted(logs: Any, group: str) -> None:
    made = put_workspace(logs, group)
    assert (made.provisioning_state, made.retention_in_days) == ("Succeeded", 30)
    keys = logs.shared_keys.get_shared_keys(group, "logs")
    assert keys.primary_shared_key != keys.secondary_shared_key
    logs.workspaces.update(group, "logs", {"properties": {"retentionInDays": 60}})
    found = logs.workspaces.get(group, "logs")
    assert (found.customer_id, found.retention_in_days) == (made.customer_id, 60)
    assert found.sku.name == "PerGB2018"
    logs.workspaces.begin_delete(group, "logs").result()
    assert list(logs.workspaces.list_by_resource_group(group)) == []


def test_a_deleted_workspace_comes_back_as_it_was_in_its_region_only(logs: Any, group: str) -> None:
    made = put_workspace(logs, group)
    keys = logs.shared_keys.get_shared_keys(group, "logs").as_dict()
    logs.workspaces.begin_delete(group, "logs").result()
    assert [each.id for each in logs.deleted_workspaces.list_by_resource_group(group)] == [made.id]
    assert made.id in [each.id for each in logs.deleted_workspaces.list()]
    elsewhere = {"location": "northeurope"}
    with pytest.raises(HttpResponseError, match="is not unique"):
        logs.workspaces.begin_create_or_update(group, "logs", elsewhere).result()
    assert put_workspace(logs, group).customer_id == made.customer_id
    assert logs.shared_keys.get_shared_keys(group, "logs").as_dict() == keys
    logs.workspaces.begin_delete(group, "logs", force=True).result()
    assert list(logs.deleted_workspaces.list_by_resource_group(group)) == []
    assert put_workspace(logs, group).customer_id != made.customer_id


def test_a_retention_that_is_not_sold_is_refused(logs: Any, group: str) -> None:
    with pytest.raises(HttpResponseError, match="must be between 30 and 730"):
        put_workspace(logs, group, retentionInDays=7)


def test_a_component_is_made_read_updated_and_deleted(
    logs: Any, components: Any, group: str
) -> None:
    workspace = put_workspace(logs, group)
    body = {
        **HERE,
        "kind": "web",
        "application_type": "web",
        "workspace_resource_id": workspace.id,
    }
    made = components.create_or_update(group, "insights", body)
    assert made.ingestion_mode == "LogAnalytics"
    assert made.connection_string.startswith(f"InstrumentationKey={made.instrumentation_key};")
    again = components.create_or_update(group, "insights", {**body, "retention_in_days": 120})
    assert (again.instrumentation_key, again.retention_in_days) == (made.instrumentation_key, 120)
    components.update_tags(group, "insights", {"tags": {"a": "b"}})
    assert components.get(group, "insights").tags == {"a": "b"}
    components.delete(group, "insights")
    assert list(components.list_by_resource_group(group)) == []


def test_a_classic_component_is_refused(components: Any, group: str) -> None:
    body = {**HERE, "kind": "web", "application_type": "web"}
    with pytest.raises(HttpResponseError, match="classic Application Insights"):
        components.create_or_update(group, "insights", body)


def test_a_component_needs_a_workspace_that_exists(components: Any, group: str) -> None:
    missing = "/subscriptions/s/resourceGroups/g/providers/x/y/z"
    body = {**HERE, "kind": "web", "application_type": "web", "workspace_resource_id": missing}
    with pytest.raises(HttpResponseError, match=f"Resource {missing} referenced by") as refused:
        components.create_or_update(group, "insights", body)
    assert refused.value.error is not None
    assert refused.value.error.code == "InvalidResourceReference"
