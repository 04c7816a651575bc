"""Messages survive the way between the server and a Spark process."""

from __future__ import annotations

import pytest

from localcloud.databricks.spark import protocol
from localcloud.databricks.spark.protocol import Ended, Event, Job, Ready, Settings, Started

JOB = Job(
    notebook_path="/Shared/ä",
    language="PYTHON",
    source="print(1)\n",
    parameters={"a": "b"},
    log="/log",
    workspace_url="https://localhost:1",
    authority="/ca.pem",
    token="secret",
    environment={},
)


@pytest.mark.parametrize(
    "event", [Ready(), Started(), Ended(succeeded=True, result="a\nb"), Ended(succeeded=False)]
)
def test_an_event_is_one_line(event: Event) -> None:
    line = protocol.to_line(event)
    assert line.count(b"\n") == 1
    assert protocol.event_from_line(line) == event


def test_a_job_and_settings_come_back_whole() -> None:
    assert protocol.job_from_line(protocol.to_line(JOB)) == JOB
    settings = Settings(spark_conf={"a": "b"})
    assert protocol.settings_from_line(protocol.to_line(settings)) == settings


def test_a_job_does_not_show_its_token() -> None:
    assert "secret" not in repr(JOB)
