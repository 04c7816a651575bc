"""The Azure ML run that a notebook is a step of, over Azure ML's REST API.

The SDK is not needed on the cluster for this. What goes wrong here is printed and does not fail
the step: its output is there, and worth more than its figures. The token is shown nowhere.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

if TYPE_CHECKING:
    from databricks.sdk.dbutils import RemoteDbUtils as DbUtils

WIDGET = "--AZUREML_"
TIMEOUT_SECONDS = 30
RETRIES = Retry(
    total=4,
    read=0,  # the service may have taken what it did not answer for: no figure twice
    backoff_factor=0.5,
    status_forcelist=(429, 502, 503),
    allowed_methods=None,
)


@dataclass(frozen=True)
class AzureMlRun:
    """A run, and the right to write to it."""

    endpoint: str
    """Base address of the region's services, with scheme."""
    workspace: str
    """ARM id of the workspace."""
    experiment_id: str
    run_id: str
    token: str = field(repr=False)

    @classmethod
    def from_widgets(cls, dbutils: DbUtils) -> AzureMlRun | None:
        """The run that started this notebook; None where there is none.

        Azure ML passes it as values whose names start with dashes. They are not declared as
        widgets, so that nobody who opens the notebook sees them.
        """

        def value(name: str) -> str:
            return str(dbutils.widgets.get(f"{WIDGET}{name}"))

        try:
            run_id = value("RUN_ID")
        except Exception:  # Databricks has an own Java exception for a value that is not there
            return None
        workspace = (
            f"/subscriptions/{value('ARM_SUBSCRIPTION')}"
            f"/resourceGroups/{value('ARM_RESOURCEGROUP')}"
            "/providers/Microsoft.MachineLearningServices"
            f"/workspaces/{value('ARM_WORKSPACE_NAME')}"
        )
        return cls(
            endpoint=value("SERVICE_ENDPOINT").rstrip("/"),
            workspace=workspace,
            experiment_id=value("EXPERIMENT_ID"),
            run_id=run_id,
            token=value("RUN_TOKEN"),
        )

    def log(self, metrics: Mapping[str, float], **tables: Sequence[Mapping[str, Any]]) -> None:
        """Log numbers, and tables as rows that have the same columns.

        Azure ML takes few metrics per run but many rows: what there is for each column of data
        belongs into a table. Numbers that are not finite are left out.
        """
        values = [
            _metric(name, "azureml.v1.scalar", [{name: value}])
            for name, value in metrics.items()
            if math.isfinite(value)
        ]
        values += [_metric(name, "azureml.v1.table", rows) for name, rows in tables.items() if rows]
        path = f"/metric/v2.0{self.workspace}/runs/{self.run_id}/batch"
        self._send("POST", path, {"values": values, "reportErrors": True})

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Add tags to the run; those it has under other names stay."""
        if tags:
            path = f"/history/v1.0{self.workspace}/experimentids/{self.experiment_id}/runs/"
            body = {"runId": self.run_id, "tags": dict(tags)}
            self._send("PATCH", f"{path}{self.run_id}", body)

    def _send(self, method: str, path: str, body: Mapping[str, Any]) -> None:
        with requests.Session() as session:
            session.mount("https://", HTTPAdapter(max_retries=RETRIES))
            try:
                answer = session.request(
                    method,
                    f"{self.endpoint}{path}",
                    json=body,
                    headers={"Authorization": f"Bearer {self.token}"},
                    timeout=TIMEOUT_SECONDS,
                )
                answer.raise_for_status()
                errors = answer.json().get("errors") or []
            except (requests.RequestException, ValueError) as failure:
                errors = [failure]
        for error in errors:
            print(f"Azure ML run {self.run_id} did not take a figure or tag: {error}")


def _metric(name: str, kind: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    created = datetime.now(UTC).isoformat()
    return {
        "name": name,
        "columns": {column: _type(rows, column) for column in rows[0]},
        "value": [
            {"metricId": str(uuid.uuid4()), "createdUtc": created, "data": dict(row)}
            for row in rows
        ],
        "properties": {"uxMetricType": kind},
    }


def _type(rows: Sequence[Mapping[str, Any]], column: str) -> str:
    types = {type(row[column]) for row in rows}
    if str in types:
        return "string"
    return "int" if types == {int} else "double"
